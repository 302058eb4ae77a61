"""The telephones in residents' homes: kept, watched, visited and tested."""
