# The peers of evidence_models.py in R: job|peer, median seconds of processor time, estimate; tab separated.
suppressMessages(library(metafor))
args <- commandArgs(TRUE)
d <- read.csv2(args[1], check.names = FALSE)
d <- data.frame(y = as.numeric(d[[".g"]]), v = as.numeric(d[[".g_se"]])^2, study = d$study, es = seq_len(nrow(d)),
                c1 = d$condition_arm1, c2 = d$condition_arm2, format = d$format, rob = as.numeric(d$rob), year = as.numeric(d$year))
say <- function(job, peer, run, value, times = 5) {
  fit <- run()
  t <- replicate(times, sum(system.time(run())[c("user.self", "sys.self")]))
  cat(sprintf("%s|%s\t%.6f\t%.8f\n", job, peer, median(t), value(fit)))
}
cat(sprintf("# metafor %s, BLAS %s\n", packageVersion("metafor"), extSoftVersion()[["BLAS"]]))
b <- function(f) f$b[1]
say("univariate REML", "metafor", function() rma.uni(y, v, data = d, method = "REML", test = "knha"), b)
es <- escalc(measure = "GEN", yi = y, vi = v, data = d)
say("aggregating studies", "metafor", function() aggregate(es, cluster = study, rho = 0.6), function(f) mean(f$yi), 3)
say("three-level REML", "metafor", function() rma.mv(y, v, random = ~ 1 | study/es, data = d, sparse = TRUE), b)
V <- vcalc(v, cluster = study, obs = es, rho = 0.6, data = d)
che <- function() rma.mv(y, V, random = ~ 1 | study/es, data = d, sparse = TRUE)
say("CHE", "metafor", che, b)
if (requireNamespace("clubSandwich", quietly = TRUE))
  say("CHE with CR2", "metafor+clubSandwich",
      function() { f <- che(); clubSandwich::coef_test(f, vcov = "CR2", cluster = d$study); f }, b)
say("meta-regression", "metafor",
    function() rma.mv(y, v, mods = ~ c1 + c2 + format + rob + year, random = ~ 1 | study/es, data = d, sparse = TRUE),
    function(f) f$sigma2[1])
# the same network by metafor: exact covariances, one tau², sparse
a <- read.csv(args[2]); a <- a[order(a$study, a$t), ]
tr <- sort(unique(a$t)); rows <- list(); Vl <- list()
for (s in unique(a$study)) {
  z <- a[a$study == s, ]; N <- sum(z$n); k <- nrow(z)
  dm <- -z$mean / sqrt(sum((z$n - 1) * z$sd^2) / (N - k))
  vv <- outer(1:k, 1:k, Vectorize(function(i, j) if (i == j) 0 else 1/z$n[i] + 1/z$n[j] + (dm[i] - dm[j])^2/(2 * N)))
  C <- matrix(0, k - 1, k - 1)
  for (i in 2:k) for (j in 2:k) C[i - 1, j - 1] <- (vv[1, i] + vv[1, j] - vv[i, j])/2
  X <- matrix(0, k - 1, length(tr), dimnames = list(NULL, tr))
  for (i in 2:k) { X[i - 1, z$t[i]] <- 1; X[i - 1, z$t[1]] <- -1 }
  Vl[[s]] <- C; rows[[s]] <- data.frame(study = s, arm = z$t[-1], y = dm[-1] - dm[1], X, check.names = FALSE)
}
D <- do.call(rbind, rows); X <- as.matrix(D[, setdiff(tr, "cau")]); VN <- bldiag(Vl)
say("network REML", "metafor", function() rma.mv(D$y, VN, mods = X, intercept = FALSE, random = ~ arm | study, rho = 0.5,
    data = D, method = "REML", sparse = TRUE), function(f) f$tau2, 3)
if (requireNamespace("netmeta", quietly = TRUE)) {
  suppressMessages(library(netmeta))
  p <- pairwise(t, mean = mean, sd = sd, n = n, studlab = study, data = a, sm = "SMD")
  fit <- function() netmeta(p, common = FALSE, reference.group = "cau", method.tau = "REML")
  for (job in c("network REML", "network from arms")) say(job, "netmeta", fit, function(f) f$tau^2, 1)
} else cat("# netmeta: NOT INSTALLED (not in Debian; CRAN could not be asked)\n")
