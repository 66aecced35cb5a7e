"""All that imports Streamlit or Starlette, beside the pages: the server,
the pages' parts, the browser components."""
