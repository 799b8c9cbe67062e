# Citewell as a server of HTTP, MCP and, with another command, of the chat. Models and the example documents are inside;
# nothing is downloaded at run time.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/citewell
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN /opt/citewell/bin/pip install --no-cache-dir --requirement requirements.lock
COPY assistant assistant
COPY index index
COPY prompts prompts
COPY evals evals
COPY seeds seeds
RUN /opt/citewell/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim
RUN useradd --uid 10001 --create-home --home-dir /home/citewell citewell \
 && mkdir /data /documents \
 && chown citewell:citewell /data
COPY --from=build /opt/citewell /opt/citewell
COPY --from=build /src/seeds /documents
ENV PATH=/opt/citewell/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/data \
    XDG_CACHE_HOME=/data/cache \
    ASSISTANT_CORPUS=/documents \
    ASSISTANT_STORE=/data/index
USER citewell
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
# other machines reach it: ASSISTANT_API_KEYS or ASSISTANT_USERS must name a file, else it does not start
CMD ["assistant", "serve", "--host", "0.0.0.0", "--port", "8080"]
