"""The numbers that the papers print, one module for each; data alone, nothing measured."""
