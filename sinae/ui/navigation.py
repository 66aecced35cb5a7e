"""The script that Streamlit runs for every page: the frame and the navigation around it."""

import streamlit as st

from sinae.ui import components, paths, query, session, static_files

st.set_page_config(page_title="Sinae", page_icon=static_files.ICON, layout="wide")
st.html(static_files.PAGE_STYLE)
page = st.navigation(
    [
        st.Page(
            paths.PAGES / "train.py",
            title="Train",
            icon=":material/model_training:",
            default=True,
        ),
        st.Page(paths.PAGES / "probe.py", title="Probe", icon=":material/tune:"),
        st.Page(
            paths.PAGES / "latent_space.py", title="Latent space", icon=":material/scatter_plot:"
        ),
        st.Page(
            paths.PAGES / "how_many_numbers.py",
            title="How many numbers?",
            icon=":material/looks_3:",
        ),
        st.Page(paths.PAGES / "the_post.py", title="The post", icon=":material/article:"),
    ],
    position="top",
)
components.owner()
if not session.owner_is_known():
    st.stop()  # A page of somebody else's would be shown for a moment, and could be trained on.
# On every page: a run goes on as long as its visitor is on any of them.
query.note_page(page.title)
components.presence(session.registry().runs(session.owner()))
if notice := session.registry().notice(session.owner()):
    st.info(notice, icon=":material/info:")
page.run()
