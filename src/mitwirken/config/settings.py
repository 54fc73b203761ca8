"""All settings, read from the environment once; `.env.example` explains each.

Unsafe values are impossible outside DEBUG: `SECRET_KEY`, `ALLOWED_HOSTS` and `SITE_URL` have no
default there, so a forgotten value stops the start with its name instead of running insecurely.
"""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env

BASE_DIR = Path(__file__).resolve().parents[3]

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)

DEBUG = env.bool("DEBUG", False)
TESTING = env.bool("TESTING", False)
VAR_DIR = env.path("VAR_DIR", BASE_DIR / "var")
VAR_DIR.mkdir(parents=True, exist_ok=True)

# What a newcomer needs to start, and what must never reach production.
_insecure = {
    "SECRET_KEY": "only-for-development",
    "ALLOWED_HOSTS": "*",
    "SITE_URL": f"http://localhost:{env.int('PORT', 8000)}",
}


def required(name: str) -> str:
    """The variable's value; only DEBUG may fall back to the insecure one. An empty value is a missing one."""
    value = env.str(name, _insecure[name]) if DEBUG or TESTING else env.str(name)
    if not value.strip():
        raise ImproperlyConfigured(f"{name} is empty. Set it in the environment or in .env (see .env.example).")
    return value


SECRET_KEY = required("SECRET_KEY")
ALLOWED_HOSTS = [host.strip() for host in required("ALLOWED_HOSTS").split(",")]
SITE_URL = required("SITE_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# The city: a folder of data and a theme; see docs/howto/second-city.md.
CONTENT_DIR = env.path("CONTENT_DIR", BASE_DIR / "content")
DEMO = env.bool("DEMO", DEBUG)

# One line per module of participation; delete the folder and the line, and it is gone.
MODULES = [
    "mitwirken.modules.ideas",
    "mitwirken.modules.external",
]

# Likewise for what the pool can do.
POOL_FEATURES = [
    "mitwirken.pool.rollout",
    "mitwirken.pool.selections",
    "mitwirken.pool.bulletins",
    "mitwirken.pool.imports",
    "mitwirken.pool.returns",
    "mitwirken.pool.letters",
    "mitwirken.pool.push",
    "mitwirken.pool.sms",
    "mitwirken.pool.feeds",
    "mitwirken.pool.assignments",
    "mitwirken.pool.invitations",
]

INSTALLED_APPS = [
    "mitwirken.core",
    "mitwirken.ui",
    "mitwirken.city",
    "mitwirken.accounts",
    "mitwirken.box",
    "mitwirken.portal",
    *MODULES,
    "mitwirken.pool",
    *POOL_FEATURES,
    "mitwirken.evaluation",
    "mitwirken.website",
    "mitwirken.demo",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.sites",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "mitwirken.core.health.Health",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "mitwirken.core.caching.AnonymousPages",
    "csp.middleware.CSPMiddleware",
    "mitwirken.core.languages.ChosenLanguage",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "mitwirken.core.forms_guard.BearableSize",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "mitwirken.accounts.middleware.StaffDoor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
if DEBUG:
    # Before collectstatic our own style sheets have no compressed twin that WhiteNoise could send.
    MIDDLEWARE.insert(0, MIDDLEWARE.pop(MIDDLEWARE.index("django.middleware.gzip.GZipMiddleware")))

ROOT_URLCONF = "mitwirken.config.urls"
WSGI_APPLICATION = "mitwirken.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mitwirken.city.context.city",
            ],
            "builtins": ["mitwirken.ui.templatetags.ui", "django.templatetags.i18n"],
        },
    }
]

# SQLite: WAL for readers beside one writer, IMMEDIATE so that a writer waits instead of failing at commit.
_db_url = env.str("DATABASE_URL", f"sqlite:///{VAR_DIR}/mitwirken.sqlite3")
DATABASES = {"default": env.dj_db_url("DATABASE_URL", _db_url)}
DATABASES["default"]["CONN_MAX_AGE"] = None
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # What is deleted is overwritten in the file, too, as many but not all builds of SQLite do by themselves.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000; PRAGMA secure_delete=ON;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.dj_cache_url("CACHE_URL", "locmem://")}
CACHES["pages"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "pages",
    "OPTIONS": {"MAX_ENTRIES": 1000},
}
# Seconds an anonymous page lives in memory; 0 switches the page cache off.
PAGE_CACHE_SECONDS = env.int("PAGE_CACHE_SECONDS", 0 if TESTING else 30)
# Seconds an answer takes that must not tell whether an address is known (core/throttle.py, `evenly`).
EVEN_SECONDS = 0.0 if TESTING else 0.25
SESSION_ENGINE = "django.contrib.sessions.backends.db"

_email = env.dj_email_url("EMAIL_URL", "smtp://localhost:8025")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _email["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 60
MAIL_DOMAIN = env.str("MAIL_DOMAIN", "mitwirken.example")
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", f"Mitwirken <mitwirken@{MAIL_DOMAIN}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where to ask whether the relay has a mail whose answer never came (pool/dispatch/resolvers.py).
MAIL_RECORD = env.str("MAIL_RECORD", "none")
# Connections one sender of the pool keeps to a slow relay.
MAIL_CONNECTIONS = env.int("MAIL_CONNECTIONS", 8)
# Whether each mailbox provider has a pace of its own (pool/dispatch/rate.py): not with a relay on this machine, which
# keeps its own measure.
MAIL_PACED = env.bool("MAIL_PACED", EMAIL_HOST not in ("localhost", "127.0.0.1", "::1"))
# Whether news wait until morning; the hours are set in the staff area. Who tries things out at night sees them at once.
QUIET_HOURS = env.bool("QUIET_HOURS", not (DEBUG or TESTING))
# Who may read /metrics: "Authorization: Bearer <this>"; empty: nobody.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
# The selector under which the relay's DKIM key stands in the DNS (manage.py checkdns).
DKIM_SELECTOR = env.str("DKIM_SELECTOR", "")
# How mail comes in: lmtp://127.0.0.1:8024 or imaps://user:password@host/INBOX; empty: it does not (core/inbound).
INBOUND_URL = env.str("INBOUND_URL", "")
# A mail provider that reports bounces and complaints to us: its name, "user:password" of its requests, its keys.
ANYMAIL_PROVIDER = env.str("ANYMAIL_PROVIDER", "")
ANYMAIL_WEBHOOK_SECRET = env.str("ANYMAIL_WEBHOOK_SECRET", "")
ANYMAIL = {"WEBHOOK_SECRET": ANYMAIL_WEBHOOK_SECRET, **env.dict("ANYMAIL_KEYS", {})}

# Notices on devices (pool/push): the key of `manage.py push_keys`; without one there are none.
PUSH_PRIVATE_KEY = env.str("PUSH_PRIVATE_KEY", "")
# Whom a push service may write to when something is wrong (RFC 8292).
PUSH_CONTACT = env.str("PUSH_CONTACT", f"postmaster@{MAIL_DOMAIN}")
# The push services of the browsers; we post nowhere else.
PUSH_HOSTS = env.list(
    "PUSH_HOSTS",
    ["fcm.googleapis.com", "push.services.mozilla.com", "web.push.apple.com", "notify.windows.com"],
)
# A push service on this machine; counts only with DEBUG or in tests.
PUSH_TRY_AT = env.str("PUSH_TRY_AT", "")

# The gateway for text messages (pool/sms/gateways.py); empty: there are none.
SMS_URL = env.str("SMS_URL", "")
# Countries whose mobile numbers we write to; numbers without a country's code belong to the first.
SMS_COUNTRIES = env.list("SMS_COUNTRIES", ["DE"])

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "sprache"
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS: list[Path] = []
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = [("de", _("German"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("de", "Deutsch"), ("en", "English")]

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# WhiteNoise warns about a missing folder; before the first collectstatic it is simply empty.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if s3_bucket := env.str("S3_BUCKET", ""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": s3_bucket,
            "endpoint_url": env.str("S3_ENDPOINT", None),
            "custom_domain": env.str("S3_PUBLIC_HOST", "") or None,
        },
    }
# Where browsers fetch editors' pictures and films from, besides ourselves.
MEDIA_HOSTS = [f"https://{host}"] if s3_bucket and (host := env.str("S3_PUBLIC_HOST", "")) else []
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "mitwirken.accounts.backends.Roles",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/konto/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# Ten minutes: people who read mail slowly must not lose (WCAG 2.2.1); ASVS 6.5.5 allows it.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
# Strangers must not be mailed through us.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_ADAPTER = "mitwirken.accounts.adapter.AccountAdapter"
# Whoever can change texts and read what waits proves it twice; only development and tests do without.
STAFF_NEEDS_SECOND_FACTOR = not (DEBUG or TESTING)
ACCOUNT_EMAIL_NOTIFICATIONS = True
# One address per account; a new one counts once its code has been entered.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

WAGTAIL_SITE_NAME = "Mitwirken"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "/konto/anmelden/"
WAGTAIL_FRONTEND_LOGIN_URL = "/konto/anmelden/"
# Nothing leaves the machine unless an operator configured it.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict] = []
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "odt", "xlsx", "ods", "csv", "txt", "zip"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
# Every door of the picture library looks at what it gets and draws it anew.
WAGTAILIMAGES_IMAGE_FORM_BASE = "mitwirken.portal.forms.pictures.PictureForm"
# One city, one time zone: nothing to choose in the personal settings.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_MODERATION_ENABLED = False
# Whoever may write may publish; the readiness check says what is missing (docs: one rule at every door).
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/staff/",),
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *MEDIA_HOSTS],
        "font-src": [SELF],
        "media-src": [SELF, *MEDIA_HOSTS],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Wagtail shows its previews in a frame of our own; all other pages forbid frames by frame-ancestors.
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_NAME = "sitzung"
CSRF_COOKIE_NAME = "schutz"
if not (DEBUG or TESTING):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sitzung"
    CSRF_COOKIE_NAME = "__Host-schutz"
# Addresses of reverse proxies whose X-Forwarded-For may be believed; without one the peer counts.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
    # Django's own console handler would say everything a second time while developing.
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
