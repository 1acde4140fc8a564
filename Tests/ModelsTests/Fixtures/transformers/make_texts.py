"""Text vectorizers: python3 make_texts.py (scikit-learn 1.9.1)."""
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Binarizer, MaxAbsScaler, Normalizer, StandardScaler

from cases import Family

texts = [
    "The quick brown fox, the lazy dog: a fox_2 and 3.14!", "Ελλάδα ΣΊΣΥΦΟΣ σοφός Σ ΌΣΟΣ", "Crème brûlée à l'Été — naïve façade Ångström",
    "我喜欢机器学习。机器学习很有趣 2024年", "Straße GROẞ ﬁne ﬃx №5 ½ ² Ⅻ ㎏ İstanbul ISPARTA ıi", "한국어 형태소 분석 각", "हिन्दी में लिखा हुआ किताबें",
    "e\u0301te\u0301 cafe\u0301 Å K Ω", "x-ray  e-mail\tfoo@bar.com\n\nhttp://a.b/c?d=e #tag", "", "   ", "a", "naïve naive NAÏVE", "١٢٣ abc123 1e5 don't it's",
    "🎉 party 👩‍👩‍👧 time\u2003wide\u00a0space\x1cunit", "Ǆ ǅ ǆ ﷺ ﬀ ﬅ", "Phở Việt Nam đường phố", "café Über ñandú ÇA",
]
family = Family("texts")
add = family.add


def both(name, rows=texts, train=texts, **arguments):
    """A vectorizer that counts by a vocabulary, and one that hashes."""
    add(f"count {name}", CountVectorizer(**arguments), train, rows)
    add(f"hash {name}", HashingVectorizer(n_features=24, **arguments), train, rows)


both("by default")
both("of short words", token_pattern=r"(?u)\b\w+\b")
for accents in ("ascii", "unicode"):
    both(f"without accents {accents}", strip_accents=accents, token_pattern=r"(?u)\b\w+\b")
    both(f"without accents {accents}, case kept", strip_accents=accents, lowercase=False)
    both(f"of characters without accents {accents}", texts[2:6], texts[2:6], strip_accents=accents, analyzer="char")
both("with case", lowercase=False)
both("of pairs", texts[:4], ngram_range=(1, 2), train=texts[:4])
both("of threes", texts[:4], ngram_range=(2, 3), train=texts[:4], stop_words="english")
both("without English words", stop_words="english")
both("without words", stop_words=["the", "fox", "été"])
both("of characters", texts[:5] + texts[8:11], texts[:3], analyzer="char")
both("of characters in words", texts[3:5] + texts[8:12], texts[3:5], analyzer="char_wb", ngram_range=(2, 3))
both("that are there", binary=True)
for name, pattern in {
    "letters": r"[a-zA-Z]+", "no digits": r"(?u)\b[^\W\d_]{2,}\b", "group": r"(?i)#?(\w+)-\w+|\w+@", "not space": r"\S+",
    "hyphens": r"\b\w[\w-]*\w\b", "empty": r"\d*", "class": r"[][\w.@-]+", "ASCII": r"(?a)\w+", "braces": r"\w{,3}e", "Chinese": "[\u4e00-\u9fff]",
    "escape": r"[\u4e00-\u9fff]{2}|\x41\w+", "look": r"(?<=a)\w+(?!x)", "separators": r"[^\s,]+", "back": r"(?:(?P<x>\w)x)",
}.items():
    both(f"of {name}", token_pattern=pattern)
both("of pairs of letters", texts[:4], token_pattern=r"[a-z']+", ngram_range=(1, 2), stop_words=["the"], train=texts[:4])

add("hash without signs", HashingVectorizer(n_features=10, alternate_sign=False, norm=None), texts, texts)
add("hash without norm", HashingVectorizer(n_features=7, norm=None), texts, texts)
add("hash, there", HashingVectorizer(n_features=3, binary=True, norm="l1"), texts, texts)
add("hash, into many", make_pipeline(HashingVectorizer(n_features=1021), Binarizer()), texts[:2], texts[:2])
for arguments in ({}, {"sublinear_tf": True}, {"norm": "l1"}, {"norm": None}, {"use_idf": False}, {"smooth_idf": False}, {"max_df": 0.3, "min_df": 1}, {"max_features": 6}):
    add(f"weights {arguments}", TfidfVectorizer(**arguments), texts, texts)
add("weights of characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 2), max_features=30, strip_accents="unicode"), texts, texts)
add("weights of hashes", make_pipeline(HashingVectorizer(n_features=16, alternate_sign=False, norm=None), TfidfTransformer()), texts, texts)
add("weights of numbers", TfidfTransformer(), [[1, 0, 2], [0, 3, 1]], [[1.0, 0.0, 2.0], [0.0, 0.0, 0.0]])
add("fixed vocabulary", CountVectorizer(vocabulary=["fox", "dog", "naïve"]), texts, texts)
add("counts, scaled", make_pipeline(CountVectorizer(max_features=8), MaxAbsScaler(), Normalizer()), texts, texts)
add("counts, divided", make_pipeline(CountVectorizer(max_features=8), StandardScaler(with_mean=False)), texts, texts)
family.write()
