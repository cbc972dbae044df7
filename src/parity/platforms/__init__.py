"""Platforms that run applications: the files that they want, and what is wrong in them. Text in, text out."""
