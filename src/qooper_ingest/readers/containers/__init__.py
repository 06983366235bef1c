"""Containers that other formats live in: zip packages and OLE files, opened under limits before anything inside is believed."""
