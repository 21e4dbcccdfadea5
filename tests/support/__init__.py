"""What tests stand on: a served OwnLab, and a page without a browser."""
