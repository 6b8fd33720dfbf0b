# One image for every process of the product; compose.yaml says which command runs where.
FROM python:3.13.16-slim-trixie

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    OMP_NUM_THREADS=1 HAYSTACK_TELEMETRY_ENABLED=false \
    VAR_DIR=/var/lib/chezhi HOST=0.0.0.0

# A Chinese font for the pictures of shared links; pg_dump, as new as compose.yaml's server.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-wqy-zenhei postgresql-client \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /srv/chezhi --shell /usr/sbin/nologin chezhi \
 && install -d -o chezhi -g chezhi -m 0700 /var/lib/chezhi
WORKDIR /srv/chezhi

COPY scripts/locks/requirements.lock scripts/locks/requirements-video.lock ./scripts/locks/
# The second holds ffmpeg, under the GPL: who passes the image on offers its sources too.
RUN pip install --require-hashes -r scripts/locks/requirements.lock \
 && pip install --require-hashes -r scripts/locks/requirements-video.lock

COPY . ./
RUN python -m compileall -q webapp tasks scripts wsgi.py

USER chezhi
VOLUME /var/lib/chezhi
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["python", "-m", "gunicorn", "--config", "scripts/gunicorn.conf.py", "wsgi:app"]
