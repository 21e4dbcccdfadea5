"""Folders and files of users: plain files on disk, and one gate to them."""
