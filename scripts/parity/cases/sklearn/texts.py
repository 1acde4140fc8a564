"""scikit-learn's text vectorizers; shown is what they give."""

import numpy
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.decomposition import TruncatedSVD, LatentDirichletAllocation
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.svm import SVC, LinearSVC

from case import Case
from shown import shown

LETTERS = [
    "The café is open; the CAFÉ's naïve owner résumé-d work.",
    "Straße, STRASSE und Ölgemälde aus Zürich",
    "İstanbul'da ılık bir gün, ŞİŞLİ ve Kadıköy",
    "ﬁne ﬂour ﬃ ligatures, Ⅷ numerals and ½ cups, x² y₂",
    "Ελληνικά: ο Οδυσσεύς ΣΊΣΥΦΟΣ σοφός",
    "Привет, мир! Ёлка и йод — 42 рубля",
    "e\u0301tude combining a\u030Angstro\u0308m, Ångström",
    "under_score snake_case camelCase 3.14 1,000 a b c",
    "नमस्ते दुनिया हिन्दी में",
    "مرحبا بالعالم العربية",
    "emoji 😀 mixed 👩‍👩‍👧 text ☃ snow",
    "tabs\tnew\nlines\u00a0no\u2003break\u3000wide",
    "don't can't won't it's o'clock",
    "",
    "   ",
    "!?",
    "the the the and of",
]
CHINESE = [
    "我爱北京天安门", "天安门上太阳升", "今天天气很好，我们去公园。", "机器学习 是 人工智能 的 一个 分支",
    "自然 语言 处理 很 有趣", "東京は日本の首都です", "서울은 대한민국의 수도이다", "北京大学和清华大学都在北京",
    "ＦＵＬＬＷＩＤＴＨ ｌｅｔｔｅｒｓ １２３", "混合 mixed 文本 text 2024年",
]


def letters():
    return LETTERS, numpy.arange(len(LETTERS)) % 2, LETTERS + ["a new café in Zürich", "unseen words only", "É", "ß ſ K Å"]


def chinese():
    return CHINESE, numpy.arange(len(CHINESE)) % 2, CHINESE + ["北京 的 公园", "unknown 新词", "。"]


def own_tokens(text):
    return text.split("e")


COUNTS = {
    "default": {},
    "binary": {"binary": True},
    "case": {"lowercase": False},
    "ascii": {"strip_accents": "ascii"},
    "unicode": {"strip_accents": "unicode"},
    "unicode-case": {"strip_accents": "unicode", "lowercase": False},
    "pairs": {"ngram_range": (1, 2)},
    "only-triples": {"ngram_range": (3, 3), "token_pattern": r"\w+"},
    "char": {"analyzer": "char"},
    "char-range": {"analyzer": "char", "ngram_range": (2, 4)},
    "char-words": {"analyzer": "char_wb", "ngram_range": (1, 3)},
    "char-words-long": {"analyzer": "char_wb", "ngram_range": (4, 6), "strip_accents": "unicode"},
    "stop-english": {"stop_words": "english"},
    "stop-own": {"stop_words": ["the", "und", "и", "是"], "ngram_range": (1, 2)},
    "pattern-letters": {"token_pattern": r"(?u)\b[^\W\d_]+\b"},
    "pattern-one": {"token_pattern": r"(?u)\b\w+\b"},
    "pattern-group": {"token_pattern": r"(?u)\b(\w)\w+\b"},
    "pattern-ascii": {"token_pattern": r"(?a)\w+"},
    "pattern-ahead": {"token_pattern": r"(?u)\w+(?=\s|$)"},
    "pattern-hyphen": {"token_pattern": r"(?u)\b\w[\w'-]*\w\b"},
    "limits": {"min_df": 2, "max_df": 0.8},
    "features": {"max_features": 9},
}


def vocabulary_of(name):
    return {"letters": ["the", "café", "cafe", "мир", "und"], "chinese": ["北京", "是", "的", "text"]}[name]


CASES = []
for name, rows in {"letters": letters, "chinese": chinese}.items():
    CASES += [
        shown(f"text-count-{option}-{name}", lambda words=words: CountVectorizer(**words), rows)
        for option, words in COUNTS.items()
    ]
    CASES += [
        shown(f"text-hash-{option}-{name}", lambda words=words: HashingVectorizer(n_features=64, **words), rows)
        for option, words in COUNTS.items()
        if option not in ("limits", "features")
    ]
    CASES += [
        shown(f"text-{option}-{name}", make, rows, tolerance=1e-6 if "float32" in option else 1e-9)
        for option, make in {
            "tfidf": lambda: TfidfVectorizer(),
            "tfidf-sublinear": lambda: TfidfVectorizer(sublinear_tf=True, norm="l1"),
            "tfidf-plain": lambda: TfidfVectorizer(use_idf=False, norm=None),
            "tfidf-unsmoothed": lambda: TfidfVectorizer(smooth_idf=False, ngram_range=(1, 2)),
            "tfidf-float32": lambda: TfidfVectorizer(dtype=numpy.float32),
            "tfidf-pipeline": lambda: make_pipeline(CountVectorizer(), TfidfTransformer(sublinear_tf=True)),
            "tfidf-vocabulary": lambda name=name: TfidfVectorizer(vocabulary=vocabulary_of(name)),
            "count-vocabulary": lambda name=name: CountVectorizer(vocabulary=vocabulary_of(name), binary=True),
            "hash-signs": lambda: HashingVectorizer(n_features=32, alternate_sign=False, norm=None),
            "hash-l1": lambda: HashingVectorizer(n_features=2**10, norm="l1", binary=True),
            "hash-tfidf": lambda: make_pipeline(HashingVectorizer(n_features=48, alternate_sign=False), TfidfTransformer()),
            "union": lambda: FeatureUnion(
                [("words", TfidfVectorizer()), ("letters", CountVectorizer(analyzer="char_wb", ngram_range=(2, 3)))]
            ),
            "svd": lambda: make_pipeline(TfidfVectorizer(), TruncatedSVD(3, random_state=0)),
            "topics": lambda: make_pipeline(CountVectorizer(), LatentDirichletAllocation(3, random_state=0, max_iter=3)),
        }.items()
    ]
CASES += [
    shown("text-own-tokens", lambda: CountVectorizer(tokenizer=own_tokens), letters, foreign="the tokenizer is the user's own"),
    shown("text-own-analyzer", lambda: CountVectorizer(analyzer=own_tokens), letters, foreign="the analyzer is the user's own"),
    shown("text-own-preprocessor", lambda: CountVectorizer(preprocessor=str.upper), letters, foreign="the preprocessor is the user's own"),
]
CASES += [
    Case(f"text-{name}", make, "texts")
    for name, make in {
        "logistic": lambda: make_pipeline(TfidfVectorizer(), LogisticRegression()),
        "bayes": lambda: make_pipeline(CountVectorizer(), MultinomialNB()),
        "complement": lambda: make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), ComplementNB()),
        "sgd": lambda: make_pipeline(HashingVectorizer(n_features=2**12), SGDClassifier(loss="modified_huber", random_state=0)),
        "svm": lambda: make_pipeline(TfidfVectorizer(), LinearSVC(random_state=0)),
        "svc": lambda: make_pipeline(TfidfVectorizer(), SVC(probability=True, random_state=0)),
    }.items()
]
