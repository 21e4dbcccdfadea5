"""Users, and how the server knows who is asking."""
