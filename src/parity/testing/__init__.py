"""For the tests of an application: a plugin of pytest that gives each test a migrated database of its own."""
