registry-text-too-long = This is too long. Write at most 200 letters.
