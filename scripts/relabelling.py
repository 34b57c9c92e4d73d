"""Turn the spans of public sets into those of the annotation contract, and say where nobody knows.

MSRA and Boson mark names by guidelines of their own. Where a rule tells the contract's reading a span is changed or
dropped; where none does the characters are masked: training is told nothing there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

Spans = list[tuple[int, int, str]]

# Names that the public sets mark now and then, or cut otherwise than the contract does: unknown where unmarked.
SITES = re.compile(
    "高速公路|公路|高速|铁路|高铁|大道|大街|(?<!道)路|街(?!头)|大桥|隧道|机场|火车站|车站|港|码头|口岸|公园|广场|体育场|体育馆"
    "|博物馆|纪念馆|大剧院|剧场|展览馆|图书馆|水库|电站|开发区|新区|保护区|景区|旅游区|工业园|产业园|科技园|基地|小区|社区|街道"
    "|村|油田|大厦|宾馆|饭店|故居|遗址|寺|庙|塔|长城|灌区|断面|频道|卫视|日报|晚报|时报|晨报|周刊|通讯社|电视台|网站?|客户端|杂志"
    "|出版社|在线(?=讯|消息|记者|[一-鿿]{0,3}[0-9]{1,2}月)|自贸区|贸易区|石刻|银行|集团|公司|大学|学院|医院|中学|小学|幼儿园|研究院|研究所|协会|学会|联合会|组织|委员会|部队|军|队|党|地区"
)
RELATIVE = re.compile(
    "(?:[省市县区镇乡村州旗盟]|街道|全国|国家|中央)"
    "(?:委|党委|政府|人民代表大会(?:常务委员会)?|人大(?:常委会)?|政协|纪委|法院|检察院|公安局|总工会|妇联|团委|[一-鿿]{1,6}?(?:局|厅|委|办|部|院|会|中心|队|所|社))"
    "|中央[一-鿿]{1,4}|中华[一-鿿]{0,2}|亚洲杯"
    "|东北|华北|华东|华南|华中|西北|西南|东部|西部|中部|北方|南方"
)
PERIODICALS = re.compile(
    "《([^《》]{1,12}(?:报|刊|杂志|评论|周刊|青年))》|《([^《》]{2,12})》(?=杂志|周刊|月刊|期刊|报道|记者)"
)
EDGES = "《“\"'@ ()【》”】"


# A place inside a word or a ship's name is none; an army is a body.
NEVER = re.compile(
    "中欧班列|(?:福建|山东|辽宁|海南|四川)舰|[中美日法西韩]式|[美日欧港英韩澳加]元|(?:新加坡|加拿大|澳大利亚)元|[日英俄法德韩]语|抗日|抗美援朝"
    "|(?<!来)(?<!在)(?<!访)华[人侨裔](?!民共)|火星|月球|地球|木星|金星|土星|月亮|太阳(?=[系能上表])"
)
ARMIES = re.compile("[美以俄乌日韩英法印叙清]军(?![队事人区舰营])")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STATES = _words(
    """
    中国 美国 英国 法国 德国 俄罗斯 日本 韩国 朝鲜 越南 泰国 印度 印尼 印度尼西亚 缅甸
    老挝 柬埔寨 马来西亚 新加坡 菲律宾 蒙古 尼泊尔 巴基斯坦 孟加拉国 斯里兰卡 阿富汗 伊朗
    伊拉克 科威特 沙特 沙特阿拉伯 阿联酋 卡塔尔 巴林 阿曼 也门 约旦 叙利亚 黎巴嫩 以色列
    巴勒斯坦 土耳其 哈萨克斯坦 乌兹别克斯坦 意大利 西班牙 葡萄牙 荷兰 比利时 卢森堡 瑞士
    奥地利 瑞典 挪威 丹麦 芬兰 冰岛 爱尔兰 北爱尔兰 苏格兰 英格兰 威尔士 波兰 捷克 斯洛伐克
    匈牙利 罗马尼亚 保加利亚 希腊 南斯拉夫 塞尔维亚 克罗地亚 斯洛文尼亚 波黑 阿尔巴尼亚 乌克兰
    白俄罗斯 立陶宛 拉脱维亚 爱沙尼亚 格鲁吉亚 苏联 前苏联 埃及 利比亚 突尼斯 阿尔及利亚
    摩洛哥 苏丹 埃塞俄比亚 肯尼亚 坦桑尼亚 尼日利亚 加纳 喀麦隆 安哥拉 津巴布韦 南非 加拿大
    墨西哥 古巴 牙买加 多米尼加 海地 哥斯达黎加 洪都拉斯 巴拿马 哥伦比亚 委内瑞拉 厄瓜多尔
    秘鲁 玻利维亚 巴西 智利 阿根廷 巴拉圭 乌拉圭 澳大利亚 新西兰 台湾 香港 澳门 中国台北
    中国香港 中国澳门
    """
)
# 日本队 and 镇江警方 are only the place; a club (北京国安队) is a body.
AFTER_PLACE = re.compile(
    "(?:代表团|警方|军方|政府军|代表队|(?:国家|国奥|国青)?[男女]?子?(?:[羽乒足篮排网曲冰橄手棒垒水][一-鿿]{0,2}球?)?队(?![伍员友]))"
)
ADDRESSED = re.compile(
    "[一-鿿]{1,2}(?:先生|女士|小姐|老师|师傅|大[妈爷姐哥叔娘嫂婶]|阿姨|叔叔|奶奶|爷爷|太太|老汉|同学|教练|医生|警官)"
)
ADDRESS = re.compile(
    "先生|女士|小姐|老师|师傅|大[妈爷姐哥叔娘嫂婶]|阿姨|奶奶|爷爷|太太|老汉|氏|家|杯|主席|总统|总理|总[^统理]|书记|部长|省长|市长|县长|镇长|局长|院长|校长|所长|处长"
    "|主任|经理|教授|医生|教练|司令|将军"
)
NOTHING = re.compile(
    "代表团|国家队|公司|工会|中心|报告团|训练团|警方|军方|学校|医院|政府|村委会|戏校|(?:临时)?联席会议|演播厅|报告厅|发布厅|县城|广场|商场|博物馆|纪念馆"
    "|文学馆|田径场|(?:中共|党的|团)?十[一二三四五六七八九]?大|(?:中共|党的)?[一二三四五六七八九]大|.*(?:全会|(?<!人民)代表大会)"
    "|.*(?:卫星|飞船|航天飞机|空间站|探测器)|.*[^0-9一二三四五六七八九十]号"
)
# A surname alone, 林某, 老马, half a quotation: who or what is meant the contract does not say.
VAGUE = {
    "PER": re.compile(
        "[一-鿿]|[一-鿿]{1,2}某{1,2}|[老小][王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁]"
    ),
    "ORG": re.compile(".*(?:代表团|代表队|军方|警方|[男女国家球]队)"),
    "LOC": re.compile("(?:海峡)?两岸|西岸"),
}


def relabel(text: str, spans: Spans, source: str, known: Callable[[str], bool]) -> tuple[Spans, bytearray]:
    """Turn a public set's spans into ours.

    Args:
        text: The sentence.
        spans: As the set has them.
        source: Name of the set.
        known: Whether a stretch of text is a place's name.

    Returns:
        Our spans, and for each character 1 where the label is unknown.
    """
    ours: Spans = []
    never = [match.span() for match in NEVER.finditer(text)]
    armies = [(*match.span(), "ORG") for match in ARMIES.finditer(text)]
    for start, end, label in sorted({*map(tuple, spans), *armies}, key=lambda span: (span[0], -span[1])):
        if any(low <= start and end <= high for low, high in never):
            continue
        start, end, label = _ours(text, start, end, label, known)
        if start >= end or (ours and ours[-1][1] > start):
            continue
        # 江苏 + 宜兴 is one place, 美国 + 白宫 one body; 中 + 美 are two.
        if ours and label != "PER" and end - start > 1 and _place_before(ours[-1], start):
            ours[-1] = (ours[-1][0], end, label)
        else:
            ours.append((start, end, label))
    return ours, _unknown(text, ours, source, known)


def _place_before(span: tuple[int, int, str], start: int) -> bool:
    return span[1] == start and span[2] == "LOC" and start - span[0] > 1


def _ours(text: str, start: int, end: int, label: str, known: Callable[[str], bool]) -> tuple[int, int, str]:
    """The span as the contract has it; empty where it has none."""
    while start < end and text[start] in EDGES:
        start += 1
    while start < end and text[end - 1] in EDGES:
        end -= 1
    if label == "LOC" and text[end : end + 2] == "政府":
        return start, end + 2, "ORG"
    if (
        label == "LOC"
        and end - start < 3
        and text[end : end + 1] == "军"
        and text[end + 1 : end + 2] not in set("队事人区舰")
    ):
        return start, end + 1, "ORG"
    name = text[start:end]
    if label == "PER":
        title = end - start == 1 and ADDRESS.match(text, end)
        return (start, start, label) if title or ADDRESSED.fullmatch(name) else (start, end, label)
    if NOTHING.fullmatch(name):
        return start, start, label
    if label == "ORG":
        if name in STATES:
            return start, end, "LOC"
        match = re.search(AFTER_PLACE.pattern + "$", name)
        if match and _is_place(name[: match.start()], known, chain=not name.endswith("队")):
            return start, start + match.start(), "LOC"
    elif re.search("(?:大学|学院|中学|小学|学校|医院)$", name):
        return start, end, "ORG"
    return start, end, label


def _is_place(name: str, known: Callable[[str], bool], chain: bool = True) -> bool:
    """Whether it is a place or a chain of two (河北省平山)."""
    if len(name) < 2 or name in ("八一", "泰山"):
        return False
    whole = name in STATES or known(name)
    return whole or (chain and any(known(name[:cut]) and known(name[cut:]) for cut in range(2, len(name) - 1)))


def _unknown(text: str, spans: Spans, source: str, known: Callable[[str], bool]) -> bytearray:
    covered, mask = bytearray(len(text) + 2), bytearray(len(text) + 2)
    for start, end, label in spans:
        # 队 after 日本 is told to be none.
        after = AFTER_PLACE.match(text, end) if label == "LOC" and _is_place(text[start:end], known) else None
        last = after.end() if after else end
        covered[start:last] = b"\1" * (last - start)
    for start, end in _doubtful(text, covered, known):
        for index in range(start, end):
            mask[index] = 1 - covered[index]
    for start, end, label in spans:
        # A name that a doubtful stretch touches may go on into it. Boson calls 阿曼 an ORG where it plays football.
        name = text[start:end]
        vague = VAGUE[label].fullmatch(name) or any(name.count(a) != name.count(b) for a, b in ("“”", "《》", "()"))
        if vague or mask[end] or mask[start - 1] or (source == "boson" and label == "ORG" and end - start < 5):
            mask[start:end] = b"\1" * (end - start)
    return mask[: len(text)]


def _doubtful(text: str, covered: bytearray, known: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    for match in SITES.finditer(text):
        start, first = match.start(), max(0, match.start() - 5)
        while start > first and "一" <= text[start - 1] <= "鿿":
            start -= 1
        # 水库 after 加强对 is generic; after 密云 it is not, whether or not the set marks it.
        pieces = (text[i:j] for i in range(start, match.start() - 1) for j in range(i + 2, match.start() + 1))
        if any(covered[start : match.start()]) or any(map(known, pieces)):
            yield start, match.end()
    for match in RELATIVE.finditer(text):
        # 浙江 before 省人民代表大会 belongs to the body.
        start, end = match.span()
        sizes = (size for size in (5, 4, 3, 2) if size <= start and known(text[start - size : start]))
        yield start - next(sizes, 0), end
    for match in PERIODICALS.finditer(text):
        yield match.span(match.lastindex or 0)


def usual_names(rows: Sequence[tuple[str, Spans]]) -> set[str]:
    """What a set marks at least twice, and in at least half of the places where it stands."""
    marked = Counter(text[start:end] for text, spans in rows for start, end, _ in spans if 2 <= end - start <= 10)
    found: Counter[str] = Counter()
    for text, _ in rows:
        found.update(
            text[i : i + size]
            for size in range(2, 11)
            for i in range(len(text) - size + 1)
            if text[i : i + size] in marked
        )
    return {name for name, times in marked.items() if times > 1 and 2 * times >= found[name]}


def forgotten(text: str, spans: Spans, usual: set[str]) -> Iterator[tuple[int, int]]:
    """Where a name that the set usually marks stands unmarked."""
    covered = bytearray(len(text))
    for start, end, _ in spans:
        covered[start:end] = b"\1" * (end - start)
    never = [match.span() for match in NEVER.finditer(text)]
    for size in range(2, 11):
        for start in range(len(text) - size + 1):
            end = start + size
            fresh = text[start:end] in usual and not any(covered[start:end])
            if fresh and not any(low <= start and end <= high for low, high in never):
                yield start, end
