"""The live document of a notebook, its rooms, and `.ipynb` in and out."""
