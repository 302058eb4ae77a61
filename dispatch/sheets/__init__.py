"""Tables in files, as spreadsheets write and read them: looked through cell by cell before anything is kept."""
