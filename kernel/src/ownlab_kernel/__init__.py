"""What runs inside a runtime: the Jupyter Server, its kernel, and the numbered log of what the kernel says."""
