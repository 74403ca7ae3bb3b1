"""The view that says why a guess fits an image: parts of the image, words of the guess."""
