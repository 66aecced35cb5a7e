"""Values in, Plotly figures out: plain dictionaries, which the browser draws."""
