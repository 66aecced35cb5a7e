"""Training as a service: a Dask cluster, the runs that share it, and whose run is whose."""
