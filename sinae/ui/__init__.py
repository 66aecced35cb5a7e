"""All that imports Streamlit, beside the pages: the server, the frame, the browser components."""
