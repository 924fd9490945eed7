"""Files that people upload or the program makes: a row in `files`, the content in a folder or an object store.

`store_file` keeps one, `find_file` and `open_file` read it, `sign_link` makes a link that works for a while without
signing in, `delete_file` marks it; a job removes the content later.
"""
