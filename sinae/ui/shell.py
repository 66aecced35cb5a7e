"""The script that Streamlit runs for every page: the frame and the navigation."""

from pathlib import Path

import streamlit as st

ICON = Path(__file__).parent / "assets" / "icon.svg"
PAGES = Path(__file__).parents[2] / "pages"

st.set_page_config(page_title="Sinae", page_icon=str(ICON), layout="wide")
st.navigation(
    [
        st.Page(PAGES / "train.py", title="Train", icon=":material/model_training:", default=True),
        st.Page(PAGES / "probe.py", title="Probe", icon=":material/tune:"),
        st.Page(PAGES / "latent_space.py", title="Latent space", icon=":material/scatter_plot:"),
    ],
    position="top",
).run()
