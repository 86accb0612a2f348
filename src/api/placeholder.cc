// removed once the room has its first file
