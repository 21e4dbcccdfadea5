"""The ASGI application: every domain's routes, the guard before them, the built page."""
