"""Where things are in a user's project: the schema file, the migrations folder, the settings, the database's URL."""
