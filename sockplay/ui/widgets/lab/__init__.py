"""The pages of the bytes lab and their parts."""
