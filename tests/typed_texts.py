"""What people write: every script that forms come in, signs that mean something in XML and PDF, a long answer."""

from __future__ import annotations

TEXTS = (
    "Müßiggänger & Söhne <Straße> 17 – „größer“ €",
    "محمد عبد الله الأحمد",
    "أسكن في Berlin منذ 2019",
    "Анна Сергеевна Кузнецова",
    "Їжак Ґалаґан, Київ",
    "İbrahim Çağlı Şükrü ığdır",
    "Zoe\u0308 Ne\u0301meth a\u0323\u0302",
    "".join(f"Satz {number}: Übergröße, Łódź, Жанна. " for number in range(60))[:2000].strip(),
    "#5 (a) \\ b / c [d]",
)
