"""Running cells: the queue, the connection to the kernel, and what the cells print."""
