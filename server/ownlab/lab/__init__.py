"""The one place where the parts are built and put together."""
