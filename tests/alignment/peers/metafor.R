# Prints metafor_3.8.csv: what metafor 3.8.1 and clubSandwich 0.5.8 say where the shared reference is silent.
# From the checkout: OPENBLAS_NUM_THREADS=1 Rscript tests/alignment/peers/metafor.R > tests/alignment/peers/metafor_3.8.csv
suppressMessages({library(metafor); library(clubSandwich)}); options(digits=12)
agg <- read.csv("../shared/reference/agg_study_rho0.6.csv")
out <- list(); put <- function(k,v) cat(sprintf('"%s",%.10g\n', k, v))
cat('"figure","value"\n')
for (t in c("z","knha")) { f <- rma.uni(yi, vi, data=agg[1:25,], method="REML", test=t); i <- influence(f); x <- as.data.frame(i$inf)
 for (n in c(1,5,20)) { for (c in c("rstudent","dffits","cook.d","cov.r","tau2.del","QE.del","hat","weight")) put(sprintf("influence %s %d %s",t,n,c), x[n,c]); put(sprintf("influence %s %d dfbs",t,n), i$dfbs[[1]][n]) }
 l <- leave1out(f); for (n in c(1,5,20)) { put(sprintf("leave1out %s %d estimate",t,n), l$estimate[n]); put(sprintf("leave1out %s %d ci.lb",t,n), l$ci.lb[n]) } }
for (r in list(c(1,25),c(100,130),c(200,260),c(300,340))) { d<-agg[r[1]:r[2],]; f <- rma.uni(yi,vi,data=d)
 for (e in c("L0","R0")) { tf <- trimfill(f, estimator=e); k<-sprintf("trimfill %d-%d %s",r[1],r[2],e); put(paste(k,"k0"),tf$k0); put(paste(k,"b"),tf$b[1]); put(paste(k,"ci.lb"),tf$ci.lb); put(paste(k,"tau2"),tf$tau2) }
 q <- regtest(f,model="lm"); k<-sprintf("egger lm %d-%d",r[1],r[2]); put(paste(k,"t"),q$zval); put(paste(k,"p"),q$pval) }
# right-sided funnel: the mirror image
d <- agg[300:340,]; f <- rma.uni(-yi,vi,data=d); tf <- trimfill(f); put("trimfill mirrored 300-340 L0 k0",tf$k0); put("trimfill mirrored 300-340 L0 b",tf$b[1])
# mixed-effects tau2 by each method with a moderator
for (m in c("DL","PM","ML","REML")) { f<-rma.uni(yi,vi,mods=~sqrt(vi),data=agg,method=m); put(paste("mixed",m,"tau2"),f$tau2); put(paste("mixed",m,"b1"),f$b[2]); put(paste("mixed",m,"se1"),f$se[2]); put(paste("mixed",m,"QE"),f$QE) }
# CR2 with moderators, CHE working model
d <- read.csv2("../shared/data/metapsy-depression-psyctr/data.csv", check.names=FALSE)
dd <- data.frame(y=as.numeric(d[[".g"]]), v=as.numeric(d[[".g_se"]])^2, study=d$study, c2=relevel(factor(d$condition_arm2),"cau"), rob=as.numeric(d$rob), es=seq_len(nrow(d)))
V <- vcalc(v, cluster=study, obs=es, rho=0.6, data=dd)
f <- rma.mv(y, V, mods=~c2+rob, random=~1|study/es, data=dd, sparse=TRUE)
ct <- coef_test(f, vcov="CR2", cluster=dd$study)
for (n in 1:4) { put(sprintf("CR2 mods %d beta",n), ct$beta[n]); put(sprintf("CR2 mods %d SE",n), ct$SE[n]); put(sprintf("CR2 mods %d df",n), ct$df_Satt[n]) }
put("CR2 mods sigma2 study", f$sigma2[1]); put("CR2 mods sigma2 effect", f$sigma2[2])
fm <- rma.mv(y, v, random=~1|study/es, data=dd, sparse=TRUE); ct <- coef_test(fm, vcov="CR2", cluster=dd$study); put("CR2 three-level SE", ct$SE); put("CR2 three-level df", ct$df_Satt)
Vs <- bldiag(lapply(split(dd$v, dd$study), function(x) { m <- mean(x); matrix(0.6*m, length(x), length(x)) + diag(0.4*m, length(x)) }))
o <- order(dd$study); ds <- dd[o,]; fs <- rma.mv(y, Vs, random=~1|study/es, data=ds, sparse=TRUE); put("CHE smoothed g", fs$b[1]); put("CHE smoothed sigma2 study", fs$sigma2[1]); put("CHE smoothed sigma2 effect", fs$sigma2[2])
# exact multivariate REML network and an additive component network
a <- read.csv("../shared/reference/nma_arms.csv"); a <- a[order(a$study,a$t),]
tr <- sort(unique(a$t)); comp <- setdiff(c(tr),"cau")
rows <- list(); Vl <- list()
for (s in unique(a$study)) { z <- a[a$study==s,]; N<-sum(z$n); sp <- sqrt(sum((z$n-1)*z$sd^2)/(N-nrow(z))); dm <- -(z$mean)/sp; k<-nrow(z)
 y <- dm[-1]-dm[1]; vv <- outer(1:k,1:k,Vectorize(function(i,j) if(i==j) 0 else 1/z$n[i]+1/z$n[j]+(dm[i]-dm[j])^2/(2*N)))
 C <- matrix(0,k-1,k-1); for(i in 2:k) for(j in 2:k) C[i-1,j-1] <- (vv[1,i]+vv[1,j]-vv[i,j])/2
 Vl[[s]] <- C; X <- matrix(0,k-1,length(tr),dimnames=list(NULL,tr)); for(i in 2:k){X[i-1,z$t[i]] <- X[i-1,z$t[i]]+1; X[i-1,z$t[1]] <- X[i-1,z$t[1]]-1}
 rows[[s]] <- data.frame(study=s, arm=z$t[-1], y=y, X, check.names=FALSE) }
D <- do.call(rbind, rows); X <- as.matrix(D[,tr]); V <- bldiag(Vl)
fn <- rma.mv(D$y, V, mods=X[,setdiff(tr,"cau")], intercept=FALSE, random=~arm|study, rho=0.5, data=D, method="REML")
put("nma exact tau2", fn$tau2); put("nma exact cbt", fn$b["cbt",]); put("nma exact cbt se", fn$se[which(rownames(fn$b)=="cbt")]); put("nma exact wl", fn$b["wl",])
# components: pretend 3rd = cbt + mindful, pst = cbt + solving, lrt = sup + memories
Ct <- diag(length(tr)); dimnames(Ct) <- list(tr,tr); cc <- c(setdiff(tr,c("cau","3rd","pst","lrt")),"mindful","solving","memories"); M <- matrix(0,length(tr),length(cc),dimnames=list(tr,cc)); for (t in intersect(tr,cc)) M[t,t] <- 1; M["3rd",c("cbt","mindful")]<-1; M["pst",c("cbt","solving")]<-1; M["lrt",c("sup","memories")]<-1
fc <- rma.mv(D$y, V, mods=X%*%M, intercept=FALSE, random=~arm|study, rho=0.5, data=D, method="REML")
put("cnma tau2", fc$tau2); for (c in c("cbt","mindful","solving","memories","wl")) { put(paste("cnma",c), fc$b[c,]); put(paste("cnma",c,"se"), fc$se[which(rownames(fc$b)==c)]) }
# a binding additive model: leave the pairs out that identify mindful apart (cbt+mindful = 3rd, bat = mindful + wl)
M2 <- M; M2["bat","bat"] <- 0; M2["bat",c("mindful","cbt")] <- c(0,1); M2["bat","mindful"] <- 1; M2 <- M2[,colnames(M2)!="bat"]
f2 <- rma.mv(D$y, V, mods=X%*%M2, intercept=FALSE, random=~arm|study, rho=0.5, data=D, method="REML"); put("cnma binding tau2", f2$tau2); put("cnma binding mindful", f2$b["mindful",]); put("cnma binding mindful se", f2$se[which(rownames(f2$b)=="mindful")]); put("cnma binding QE", f2$QE)
