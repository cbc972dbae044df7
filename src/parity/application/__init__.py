"""What an application asks before it begins, and while it runs: is the database where its code expects it to be?"""
