"""The rules of the language: what a schema may hold on its database. One function for each rule."""
