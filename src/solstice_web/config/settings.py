"""Django settings, from the environment; see environment.py for every variable."""

from pathlib import Path
from typing import Any

import nhsuk_frontend_jinja
from jinja2 import ChainableUndefined

from solstice_web.config.environment import environment

_env = environment()
_web = Path(__file__).parent.parent

# --- who we are ---
SOLSTICE_MODE = _env.mode
SOLSTICE_DEMO = _env.is_demo
SOLSTICE_DATA = _env.data
SOLSTICE_KEYS = _env.keys
SECRET_KEY = _env.secret_key
DEBUG = False
ALLOWED_HOSTS = list(_env.hosts)
ROOT_URLCONF = "solstice_web.config.urls"
WSGI_APPLICATION = "solstice_web.config.wsgi.application"
SITE_NAME = "Solstice"
SOLSTICE_CRISIS_LINES = _env.crisis_lines  # the clinic's own lines of help; without them nobody is served
SOLSTICE_TIME_ZONE = _env.time_zone  # the clinic's clock, on pages of staff

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "solstice_web.accounts",
    "solstice_web.audit",
    "solstice_web.people",
    "solstice_web.measures",
    "solstice_web.alerts",
    "solstice_web.ledger",
    "solstice_web.letters",
    "solstice_web.tasks",
    "solstice_web.resistance",
    "solstice_web.formulations",
    "solstice_web.plans",
    "solstice_web.courses",
    "solstice_web.progress",
    "solstice_web.outbox",
    "solstice_web.operations",
    "solstice_web.help",
    "solstice_web.workspace",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "solstice_web.operations.outage.OutageMiddleware",
    "solstice_web.config.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "solstice_web.config.requests.RequestLimitsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "solstice_web.accounts.sessions.SessionLimitsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "solstice_web.accounts.access.AccessMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

# --- database: actions are atomic, requests are not ---
_db = _env.database
if _db.engine == "sqlite":
    DATABASES: dict[str, dict[str, Any]] = {
        "default": {
            "ENGINE": "solstice_web.config.sqlite",
            "NAME": _db.name,
            "CONN_MAX_AGE": None,
            "ATOMIC_REQUESTS": False,
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _db.name,
            "HOST": _db.host,
            "PORT": _db.port or "",
            "USER": _db.user,
            "PASSWORD": _db.password,
            "OPTIONS": {"connect_timeout": 5, **dict(_db.options)},
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "ATOMIC_REQUESTS": False,
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "solstice_web.accounts.once.OnceCache", "LOCATION": "accounts_cacheentry"},
}

# --- pages ---
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [_web / "templates", Path(nhsuk_frontend_jinja.__file__).parent / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "solstice_web.config.jinja.page_environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "solstice_web.config.jinja.page_context",
            ],
            "undefined": ChainableUndefined,  # nhsuk-frontend-jinja reads absent parameters
            "auto_reload": False,
        },
    },
    {
        # allauth's e-mail texts are Django templates; no page is
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
STATIC_URL = "/static/"
STATIC_ROOT = None  # nothing is collected: whitenoise serves each app's own files
STATICFILES_DIRS = [folder for folder in (_web / "assets" / "dist",) if folder.is_dir()]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- who may come in ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "solstice_web.accounts.passwords.GuessablePasswordValidator"},
]
ACCOUNT_ADAPTER = "solstice_web.accounts.adapter.AccountAdapter"
ACCOUNT_TEMPLATE_EXTENSION = "jinja"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/signed-out/"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = {"login_failed": "60/m/ip,30/h/key"}  # axes locks one address from one place, and says so
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Solstice"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _env.https
MFA_ADAPTER = "solstice_web.accounts.adapter.SecondFactorAdapter"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "solstice_web.accounts.views.locked_out"
AXES_USERNAME_FORM_FIELD = "login"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
AXES_IPWARE_PROXY_COUNT = 1 if _env.proxy_header else 0

# --- sessions and cookies ---
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-solstice" if _env.https else "solstice"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _env.https
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_NAME = "__Host-csrf" if _env.https else "csrf"
CSRF_COOKIE_SECURE = _env.https
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "solstice_web.operations.errors.csrf_failed"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SOLSTICE_STAFF_IDLE_SECONDS = 30 * 60
SOLSTICE_STAFF_LONGEST_SECONDS = 12 * 3600
SOLSTICE_PATIENT_IDLE_SECONDS = 7 * 24 * 3600
SOLSTICE_PATIENT_LONGEST_SECONDS = 30 * 24 * 3600
SOLSTICE_SECOND_FACTOR_REQUIRED = not _env.is_demo

# --- what a browser may do with our pages ---
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "media-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # with no-referrer browsers send "Origin: null", which the CSRF check refuses
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if _env.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _env.https
SECURE_SSL_REDIRECT = _env.https
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _env.proxy_header else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 5

# --- mail: none leaves the clinic until SOLSTICE_EMAIL_URL names a server ---
if _env.mail:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _env.mail.host, _env.mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _env.mail.user, _env.mail.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = _env.mail.use_tls, not _env.mail.use_tls
    EMAIL_TIMEOUT = 10
    DEFAULT_FROM_EMAIL = _env.mail.sender
else:
    EMAIL_BACKEND = "solstice_web.operations.mail.NoMailBackend"

# --- logs: ids only ---
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "solstice_web.operations.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "solstice": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        "axes": {"level": "ERROR"},
        "waitress.queue": {"level": "ERROR"},  # one line a waiting request would bury what matters
    },
}
SILENCED_SYSTEM_CHECKS = ["security.W004"]
