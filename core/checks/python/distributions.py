"""Which packages may bring a Python module, where the name of the one does not tell that of the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_NAMED = """
attr=attrs bs4=beautifulsoup4 cairosvg=CairoSVG cv2=opencv-python,opencv-python-headless,opencv-contrib-python
Crypto=pycryptodome,pycrypto Cryptodome=pycryptodomex dateutil=python-dateutil decouple=python-decouple
discord=discord.py,py-cord,nextcord docx=python-docx dotenv=python-dotenv environ=django-environ,environ-config
fitz=PyMuPDF pymupdf=PyMuPDF flask_cors=Flask-Cors github=PyGithub git=GitPython gi=PyGObject grpc=grpcio
grpc_status=grpcio-status jose=python-jose jwt=PyJWT ldap=python-ldap lxml_html_clean=lxml_html_clean
magic=python-magic markdown=Markdown MySQLdb=mysqlclient mysql=mysql-connector-python nacl=PyNaCl
OpenSSL=pyOpenSSL PIL=pillow pkg_resources=setuptools playhouse=peewee pptx=python-pptx psycopg2=psycopg2-binary,psycopg2
psycopg_pool=psycopg-pool,psycopg pwiz=peewee pytest_asyncio=pytest-asyncio pythoncom=pywin32 win32api=pywin32
win32con=pywin32 win32gui=pywin32 win32com=pywin32 rest_framework=djangorestframework multipart=python-multipart
serial=pyserial skimage=scikit-image sklearn=scikit-learn slack=slackclient slack_bolt=slack-bolt slack_sdk=slack-sdk
slugify=python-slugify socketio=python-socketio engineio=python-engineio socks=PySocks sqlmodel=sqlmodel
telegram=python-telegram-bot telebot=pyTelegramBotAPI tlz=toolz usb=pyusb whois=python-whois wx=wxPython
yaml=PyYAML zmq=pyzmq zoneinfo=backports.zoneinfo tls_client=tls-client Levenshtein=python-Levenshtein,Levenshtein
apscheduler=APScheduler ruamel=ruamel.yaml IPython=ipython dns=dnspython kafka=kafka-python,kafka-python-ng
memcache=python-memcached nmap=python-nmap openpyxl=openpyxl pydispatch=PyDispatcher pyaudio=PyAudio
google.generativeai=google-generativeai google.genai=google-genai googleapiclient=google-api-python-client
google.oauth2=google-auth google.auth=google-auth google_auth_oauthlib=google-auth-oauthlib google.protobuf=protobuf
mpl_toolkits=matplotlib pylab=matplotlib umap=umap-learn faiss=faiss-cpu,faiss-gpu Xlib=python-xlib
async_timeout=async-timeout peewee_async=peewee-async aiohttp_socks=aiohttp-socks fake_useragent=fake-useragent
newspaper=newspaper3k,newspaper4k pdfminer=pdfminer.six pyppeteer=pyppeteer readability=readability-lxml
speech_recognition=SpeechRecognition spotipy=spotipy vlc=python-vlc xdg=pyxdg,xdg dbus=dbus-python Xlib=python-xlib
"""
_BRINGS = """
fastapi=starlette,pydantic,anyio,typing_extensions flask=werkzeug,jinja2,click,markupsafe,itsdangerous,blinker
pandas=numpy,dateutil,pytz requests=urllib3,certifi,idna,charset_normalizer boto3=botocore,s3transfer
scikit-learn=numpy,scipy,joblib matplotlib=numpy,PIL,dateutil seaborn=matplotlib,numpy,pandas httpx=httpcore,anyio,certifi
aiohttp=yarl,multidict,aiosignal slack-bolt=slack_sdk django=asgiref,sqlparse sqlalchemy=greenlet,typing_extensions
pydantic=pydantic_core,typing_extensions,annotated_types pydantic-settings=pydantic,dotenv scrapy=twisted,lxml,parsel,w3lib,itemadapter
uvicorn=click,h11 typer=click,rich starlette=anyio scipy=numpy statsmodels=numpy,pandas,scipy,patsy plotly=packaging
xarray=numpy,pandas discord.py=aiohttp celery=kombu,billiard jupyter=IPython,notebook sqlmodel=sqlalchemy,pydantic
pytest=_pytest,pluggy,iniconfig flask-sqlalchemy=sqlalchemy,flask alembic=sqlalchemy,mako selenium=urllib3 polars=polars
opencv-python=numpy opencv-python-headless=numpy torch=numpy nltk=click,joblib,regex spacy=numpy,thinc dash=flask,plotly streamlit=pandas,numpy
"""
_NAMESPACES = frozenset({"google", "azure", "zope", "backports", "jaraco", "opentelemetry", "sphinxcontrib"})
_SEPARATORS = re.compile(r"[-_.]+")


def normal(name: str) -> str:
    return _SEPARATORS.sub("-", name).lower()


def _table(text: str) -> dict[str, tuple[str, ...]]:
    pairs = (entry.split("=") for entry in text.split())
    return {name: tuple(values.split(",")) for name, values in pairs}


PACKAGES: Mapping[str, tuple[str, ...]] = _table(_NAMED)
"""By module, the packages as they are written, the usual one first."""
BRINGS: Mapping[str, tuple[str, ...]] = {normal(name): values for name, values in _table(_BRINGS).items()}
"""By package, the modules that come with it."""


def package_for(module: str) -> str:
    """What to declare for an import, as far as can be told."""
    return next((PACKAGES[name][0] for name in _prefixes(module) if name in PACKAGES), _guess(module))


def is_declared(module: str, declared: Iterable[str]) -> bool:
    """Whether one of the declared packages, normalised, is called like one that brings `module`."""
    names = set(declared)
    first = module.partition(".")[0]
    known = {normal(each) for name in _prefixes(module) for each in PACKAGES.get(name, ())}
    if known & names:
        return True
    plain = normal(first)
    wordings = {plain, f"python-{plain}", f"py{plain}", f"{plain}-python", f"{plain}-py", f"{plain}py"}
    wordings |= {normal(name) for name in _prefixes(module)}
    if wordings & names or plain.removeprefix("py") in names:
        return True
    return first in _NAMESPACES and any(name.startswith(f"{plain}-") for name in names)


def is_brought(module: str, declared: Iterable[str]) -> bool:
    """Whether it comes along with a declared package."""
    first = module.partition(".")[0]
    return any(first in BRINGS.get(name, ()) for name in declared)


def _prefixes(module: str) -> list[str]:
    """`a.b.c`, `a.b`, `a`."""
    parts = module.split(".")
    return [".".join(parts[:length]) for length in range(len(parts), 0, -1)]


def _guess(module: str) -> str:
    first = module.partition(".")[0]
    return normal(module) if first in _NAMESPACES else first.lower().replace("_", "-")
