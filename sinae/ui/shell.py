"""The script that Streamlit runs for every page: the frame and the navigation."""

import streamlit as st

from sinae.ui import components, places, query, session

st.set_page_config(page_title="Sinae", page_icon=str(places.ICON), layout="wide")
st.html(components.ASSETS / "page.css")
page = st.navigation(
    [
        st.Page(
            places.PAGES / "train.py",
            title="Train",
            icon=":material/model_training:",
            default=True,
        ),
        st.Page(places.PAGES / "probe.py", title="Probe", icon=":material/tune:"),
        st.Page(
            places.PAGES / "latent_space.py", title="Latent space", icon=":material/scatter_plot:"
        ),
        st.Page(places.PAGES / "the_post.py", title="The post", icon=":material/article:"),
    ],
    position="top",
)
# On every page: a run goes on as long as its visitor is on any of them.
query.note_page(page.title)
components.presence(session.registry().runs(session.owner()))
page.run()
