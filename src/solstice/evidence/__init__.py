"""Effect sizes and their pooling. Import `pooling` and `table` where needed: they load numpy."""
