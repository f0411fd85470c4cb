//! Word classes that the patterns are built from. General across domains: what a word does, not which product it belongs to.

/// Names and members, written into patterns as `<name>`. Later entries may use earlier names only by repetition.
pub(super) const CLASSES: &[(&str, &str)] = &[
    // A number written in figures or as a word.
    (
        "num",
        r"[$€£]?\d[\d,.]*(?:k|m)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|eighty|ninety|hundred|a hundred|a thousand|half a|a couple of|a few|several",
    ),
    // Calendar units.
    (
        "cal",
        r"days?|weeks?|months?|quarters?|years?|hours?|minutes?|seasons?|cycles?|nights?|mornings?|shifts?|summers?|winters?|fortnights?",
    ),
    // Rates.
    (
        "pct",
        r"%|per ?cents?|percents?|percentage points?|points?|pp\b|pts?\b|basis points?",
    ),
    // People who feel the product.
    (
        "people",
        r"users?|people|persons?|customers?|shoppers?|visitors?|members?|guests?|riders?|drivers?|patients?|students?|learners?|players?|readers?|listeners?|viewers?|buyers?|sellers?|hosts?|clients?|families|parents|residents?|citizens?|households?|accounts?|teams?|agents?|nurses?|doctors?|clinics?|farmers?|tenants?|travell?ers?|passengers?|subscribers?|applicants?|employees|workers|staff|pharmacists?|teachers?|merchants?|shops?|stores?|owners?|donors?|borrowers?|callers?|somebody|someone|everyone|everybody",
    ),
    // Units a comparison can be drawn over.
    (
        "unit",
        r"users?|people|persons?|customers?|shoppers?|visitors?|visits?|members?|guests?|riders?|drivers?|patients?|students?|learners?|players?|readers?|listeners?|viewers?|buyers?|sellers?|hosts?|clients?|families|households?|accounts?|teams?|agents?|nurses?|doctors?|clinics?|hospitals?|wards?|farmers?|farms?|fields?|tenants?|travell?ers?|passengers?|subscribers?|applicants?|employees|workers|stores?|shops?|sites?|cities|city|towns?|regions?|zones?|routes?|districts?|schools?|classes|classrooms?|branches|warehouses?|depots?|lanes?|sessions?|searches|tickets?|orders?|traffic|markets?|countries|lines?|machines?|devices?|buses|trucks|streets|neighbourhoods?|neighborhoods?|villages?|libraries|halls?|first-timers?|newcomers?|restaurants?|kitchens?|couriers?|campaigns?|budgets?|auctions?|calls?|cases?|claims?|loans?|letters?|mails?|days|weeks|shifts|them|groups?|each|all",
    ),
    // What is moved when a result is in.
    (
        "action",
        r"ship\w*|launch\w*|roll(?:s|ed|ing)?(?: it| this| them)?(?: out| back| forward)?|rollout|rollback|keeps?|kept|stops?|stopped|revert\w*|switch\w*|adopt\w*|extend\w*|expand\w*|drop(?: it| the| them| this)|scrap\w*|paus\w+|off\b|close\w*|open(?: it| to|s)?|hold|abandon\w*|delet\w+|deploy\w*|kill\w*|continu\w*|carry on|go(?:es)? on|go(?:es)? back|going back|go to|goes to|back to|leave it|leave them|stays?|remains?|remove\w*|tak(?:e|es) it|taken|everyone|everybody|all of them|all (?:homes|stores|sites|users|shops|regions|join|get)|for all|no launch|no go|end it|ends|we end|try again|retrain\w*|redesign\w*|rework\w*|improve the|fix the|investigat\w*|widen\w*|scale(?: it)?(?: up| back| down)?|turn(?:s|ed)? (?:it )?(?:on|off)|on for|goes live|go live|goes out|goes away|comes? (?:out|off|down|back)|wins|bury|shelve\w*|move (?:on|everyone|to|all)|route (?:just|only)|look for another|do the|cap the|is out|is in|is gone|we're done|done with|i swap|next (?:idea|project|candidate)|other half|second half|promote\w*|retire\w*|withdraw\w*|release\w*|proceed\w*|give (?:it )?to|spread|start over|give up|set aside|buy|pull(?: it)?|let it (?:run|go)|cancel\w*|stick (?:with|to)|old one|old way|old list|no change|returns?|sign(?:s)? off|bin it|it's out|drop it|renew\w*|buys?|gets? (?:it|rolled|everyone)",
    ),
    // Which way an outcome went.
    (
        "dir",
        r"rises?|rose|raises?|falls?|fell|drops?|dropped|go(?:es)? (?:up|down)|went (?:up|down)|gone (?:up|down)|up|down|above|below|under|over|at least|at most|more|less|fewer|higher|lower|better|worse|bigger|smaller|faster|slower|longer|shorter|sooner|later|flat|same|moves?|moved|gains?|gained|improves?|improved|grows?|grew|increases?|decreases?|declines?|shrinks?|beats?|beaten|reach(?:es)?|hits?|holds?|wins?|loses?|won|lost|positive|negative|significant\w*|no difference|difference|nothing|not enough|neutral|unclear|inconclusive|between|in between|within|exceeds?|passes|fails?|succeeds?|clears?|budges?|shows?|works?|good|bad|doubles?|halves?|halved|doubled|fades?|climbs?|slips?|stays? (?:the same|flat|level)|\+|minus|plus|least|wider|narrow\w*",
    ),
    // Engineering and statistics words: what the rubric calls technical content.
    (
        "tech",
        r"embeddings?|vectors?|softmax|loss(?:es)? function|cross-entropy|gradient\w*|transformers?|neural|network of|deep learning|convolution\w*|attention|encoders?|decoders?|bi-encoder|cross-encoder|boosted|boosting|xgboost|lightgbm|random forest|regression|logistic|classifiers?|clustering|k-means|features?|feature store|fine-tun\w*|architecture|gpus?|tensor\w*|index(?:es|ing)?|hyper-?parameters?|regulari[sz]\w*|matrix|factori[sz]\w*|latent|bayesian?|posterior|prior\b|likelihood|lstm|rnns?|cnns?|llms?|tokens?|tokeni\w*|retriev\w*|re-?rank\w*|rerank\w*|kafka|spark|flink|kubernetes|microservices?|redis|kernel|sampler|sampling|backprop\w*|epochs?|cross-validation|held-out|temporal split\w*|ablat\w*|temperature|distill\w*|quanti[sz]\w*|dropout|batch\w*|auc|ndcg|mrr|recall|precision|f1|rmse|mape|bleu|rouge|perplexity|log-likelihood|brier|pinball|censored|propensity|inverse probability|importance weights?|reinforcement|bandits?|q-learning|policy gradient|negatives?|contrastive|nearest neighbou?rs?|cosine|dot product|anisotrop\w*|permutation test|plackett|hungarian|greedy|solver|heuristic\w*|algorithm\w*|pca|svd|arima|prophet|seasonal component|autoregress\w*|markov|monte carlo|simulat\w*|streaming|pipelines?|shard\w*|grpc|p99\S*|caches?|gated|stacked|ensemble\w*|data lake|model card|rag\b|prompt\w*|beam|augmentation|log-normal|covariates?|listwise|pairwise|hessian|bootstrap\w*|heteroske\w*|kalman|wavelet\w*|spectral|adversarial|lora\b|quantile",
    ),
    // Quantities of a model rather than of a product.
    (
        "modelmetric",
        r"auc|roc|roc-auc|pr-auc|ndcg\S*|mrr|map@\d+|recall(?:@| at )\d+|recall|precision(?:@\d+)?|f1|f-score|rmse|mse|mae|mape|smape|r2|bleu|rouge|perplexity|log-?loss|(?:validation|training|test|pinball|hinge|cross-entropy) loss|loss curve|cross-entropy|log-likelihood|likelihood|brier(?: score)?|accuracy|cosine(?: similarity)?|similarity|calibration error|silhouette|mean error|forecast error|word error rate|edit distance|hit rate|coverage of the catalogue|elbo|gini|ks statistic|confusion matrix",
    ),
    // Engagement on the way to an outcome.
    (
        "proxy",
        r"clicks?|ctr|click-through(?: rate)?|(?:mail|e-mail|message|push|app) opens|opens per|open rate|impressions?|page ?views?|views per|video views|trial starts?|sign-?ups?|installs?|downloads?|engagement|time on (?:page|site|app)|dwell time|likes per|swipes|scroll depth|(?:listening|video|play) starts|followers",
    ),
    // Outcomes by name: what a user or a business feels, without its denominator.
    (
        "outcome",
        r"retention|churn|conversions?|revenue|turnover|sales|profits?|margins?|surplus|renewals?|purchases|orders|bookings|reservations|subscriptions?|cancellations?|refunds?|returns|complaints?|tickets|calls|contacts|wait(?:ing)? times?|waits?|pick-?up times?|delivery times?|handling times?|resolution times?|queues?|delays?|stock-?outs?|out-of-stocks?|waste|wastage|spoilage|shrinkage|downtime|breakdowns?|outages?|defects?|scrap|returns?|fraud|chargebacks?|defaults?|repayments?|losses|loss(?:es)? per|money lost|(?:operating|unit|total|our|running|delivery|voucher|inventory|storage|support|labou?r|the) costs?|costs? (?:of|per) \w+|savings?|spend(?:ing)?|no-shows?|readmissions?|deaths?|infections?|injuries|accidents|incidents|errors that reach|late \w+s|lateness|vacancies|hires|applications|enrolments?|enrollments?|graduations?|completions?|payments?|deposits?|donations?|tips|trips|rides|nights|visits|attendance|loyalty|repeat \w+|reorders?|lifetime value|ltv|arpu|gmv|overstock|empty \w+|unpaid|overtime|turnover|productivity|throughput|listings sold|active (?:users|members|learners|teams|accounts)|weekly active \w+|daily active \w+|kept appointments|appointments kept|seats|beds|passengers|harvest|yield|energy|kilowatt-hours|emissions|fuel",
    ),
    // What somebody does when the product works, or fails, for them.
    (
        "deed",
        r"waits?|waiting|pays?|paid|paying|buys?|bought|buying|renews?|renewed|returns?|returned|comes? back|came back|back the next day|stays?|stayed|leaves?|leaving|quits?|cancels?|cancell?ed|books?|booked|orders?|ordered|reorders?|finish(?:es|ed)?|completes?|completed|gives? up|abandons?|churns?|subscribes?|unsubscribes?|invites?|repays?|repaid|solved?|solves|finds?|found|watch(?:es|ed)?|listens?|plays?|played|reads?|learns?|passes|passed|arrives?|arrived|reached|delivered|sells?|sold|picked up|picks? up|shows? up|missed|misses|kept|keeps|opens? a ticket|calls?|complains?|saved?|saves|gets? (?:what|a|the|their)|got|wasted|thrown away|starts? a|started|slept|hired|donates?|rebook\w*|recovers?|recovered|dies|goes home",
    ),
    // Hedges.
    (
        "hedge",
        r"maybe|perhaps|might|possibly|probably|could be|i guess|i think|i suppose|sort of|kind of|somehow|it depends|depends|not sure|hard to say|one could|arguably|who knows|i'm unsure|may or may not|in a way|more or less|presumably",
    ),
    // Placeholders for a word that was not found.
    (
        "vague",
        r"stuff|in some (?:form|manner|way|sense)|some kind of|some sort of|of some (?:sort|kind)|or something|the usual (?:things|inputs|suspects|stuff|way)|and such|so many things|their things|a matter of the|number of angles|angle and the|what one wants|what is to be done|one always|in terms of|at the other end|things? like that|and things|some(?: sort| kind) of|kind of thing|metric thing|whatever|something like|somehow|and so on|et cetera|the usual|you know what i mean|various aspects|all sorts of things|a lot of things|some metric|some numbers?|some data|a bit of everything|those things|this thing|that thing|synerg\w+|holistic\w*|stakeholder value|best practices|leverage|paradigm|data-driven|deep dive|moving parts",
    ),
];

#[cfg(test)]
mod tests {
    use super::{super::pattern::compile, CLASSES};

    #[test]
    fn every_class_compiles_and_matches_something() {
        for (name, _) in CLASSES {
            assert!(!compile(&format!("^<{name}>$")).is_match("zzqx"), "{name}");
        }
    }
}
