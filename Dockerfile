# Stages: `bot` (the last, hence the default) is what runs in production; `demo` is the bot in a
# world of its own, for trying it out without accounts.

FROM python:3.11-slim AS requirements
WORKDIR /build
RUN python -m venv /venv
COPY requirements.lock .
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
    -r requirements.lock

FROM requirements AS demo-requirements
COPY requirements-dev.lock .
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
    -r requirements-dev.lock

FROM python:3.11-slim AS base
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin vivant \
    && install --directory --owner vivant --group vivant --mode 700 /data
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
COPY config config
COPY bot bot
COPY cogs cogs
USER vivant

FROM base AS demo
COPY --from=demo-requirements /venv /venv
COPY sandbox sandbox
ENTRYPOINT ["python", "-m", "sandbox"]

FROM base AS bot
COPY --from=requirements /venv /venv
ENV DATA_DIR=/data \
    OPS_HOST=0.0.0.0 \
    OPS_PORT=9090
VOLUME /data
EXPOSE 9090
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['OPS_PORT'] + '/live', timeout=3)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run", "--no-env-file"]
