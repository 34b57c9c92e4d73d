r"""Train the entity tagger that ships in ``models/govclaim_news``.

Needs torch, and what ``pretrain_tagger.py`` made of raw news::

    python scripts/train_tagger.py --pretrained pretrained.pt --gold train.jsonl … --teacher teacher.jsonl.gz \
        --ner NER_FOLDER --divisions admin-divisions.tsv.gz --places thuocl-places.txt.gz --out models/govclaim_news

Five sources feed one network. Public sets follow other guidelines than our contract: each has an
embedding of its own that training adds to the first layer (at inference it is the gold's, folded into the
bias), is relabelled where a rule tells ours, and is masked where none does (``relabelling.py``).

1. gold documents in the contract's JSON Lines, as they are;
2. the same with names exchanged for others of the same form;
3. sentences composed from templates of local news;
4. MSRA and Boson;
5. labels of a larger model (``train_teacher.py``) on unlabelled text, in our guideline, unknown where it is unsure.

With ``--fold K`` a fifth of the gold documents is held out, the scores on it are printed and the
confidences are calibrated on it; ``--calibration`` hands the result to the final run on all gold.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from relabelling import Spans, forgotten, relabel, usual_names
from torch import Tensor, nn
from torch.nn import functional

from govclaim.recognizers import tagger as model

Example = tuple[str, "np.ndarray[Any, np.dtype[np.int64]]"]
Inputs = tuple[Tensor, Tensor, Tensor, Tensor]
"""Rows of the characters, rows of their n-grams, gazetteer matches, 1 where there is text."""

DOMAINS = {"gold": 0, "exchanged": 0, "composed": 0, "teacher": 0, "msra": 1, "boson": 2}
SHARES = {"gold": 0.42, "exchanged": 0.24, "composed": 0.05, "teacher": 0.15, "msra": 0.1, "boson": 0.04}
CHARACTERS, NGRAMS = 64, 32
NGRAM_ROWS = 1 << 18
BATCH = 3000
UNKNOWN = -100
TAG_OF = {tag: index for index, tag in enumerate(model.TAGS)}
FOLDED = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
SENTENCE = re.compile(r"[^。!?\n]*[。!?]+[”’」』)\]]*|[^。!?\n]+")


def encode(length: int, spans: Spans, mask: bytearray | None = None) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Spans as indices into ``TAGS``, ``UNKNOWN`` where masked."""
    tags = np.zeros(length, np.int64)
    for start, end, label in spans:
        if end - start == 1:
            tags[start] = TAG_OF["S-" + label]
        else:
            tags[start + 1 : end - 1] = TAG_OF["I-" + label]
            tags[start], tags[end - 1] = TAG_OF["B-" + label], TAG_OF["E-" + label]
    if mask is not None:
        tags[np.frombuffer(bytes(mask), np.uint8) > 0] = UNKNOWN
    return tags


# ---------------------------------------------------------------------------------------------- composition


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛"
    "邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝"
    "路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂"
    "全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)

DOUBLE_SURNAMES = _words(
    """
    欧阳 司马 上官 诸葛 东方 皇甫 尉迟 令狐
    """
)

GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文志海波小春晓燕云飞鹏宇浩轩欣怡雨佳婷雪琴丹凤金"
    "龙成辉斌亮东林峰旭阳宁倩颖莹晶洁瑞祥福生荣贵德庆永光新民世学家俊凯博豪子涵梓若思琪诗语嘉慧美珍爱莲菊香翠萍月"
    "清秋冬夏立正大卫少康安乐天一凡曼卿婉如意青松柏群义忠孝良才富根水火木土山川河江湖源泉锋钢铁石宝银珠彩锦绣书画"
    "振兴业发达继承先开启创维绍启"
)

VILLAGE = (
    "东西南北上下前后大小新老王李张刘赵石杨柳桃梅竹松柏枫槐龙凤虎马牛羊金银铜铁白黑红黄青清长高平和安兴旺福德仁义"
    "双三四五七八九十百千万河湖江溪沟湾塘池潭泉井坑洼坪坝岭岗坡峰山崖岩洞桥渡口关店铺集市庄屯营寨堡楼台阁寺庙塔园"
    "林田地土沙水云雾霞光明星月阳春秋花草木叶"
)

BRAND = (
    "华东方大中国天地金银鑫盛瑞丰恒泰远航宏达亿利益康安顺通捷宇创新科信诚德正兴旺发隆昌美佳源泉绿森林海洋江河山川"
    "峰云龙凤麒麟星月辰光明辉耀晨曦博智慧联合众力强固本立民生惠农田禾谷稻香果蔬茶"
)

TRADES = _words(
    """
    科技 实业 建设工程 建筑 机械制造 机电 电子 电子科技 新能源 新材料 环保科技 生物科技 医药 食品 农业发展 农业科技
    生态农业 旅游开发 文化传媒 物流 供应链管理 商贸 进出口 纺织 服饰 化工 水务 电力 能源 矿业 汽车零部件 智能装备
    信息技术 网络科技 物业管理 人力资源 房地产开发 城市建设投资 交通运输 粮油 茶业 乳业 酒业 水产 畜牧 家具 玩具
    五金 包装 光电 半导体
    """
)

COMPANIES = _words(
    """
    有限公司 有限公司 有限公司 股份有限公司 有限责任公司 集团 集团有限公司 公司
    """
)

FIRMS = _words(
    """
    专业合作社 农民专业合作社 种植专业合作社 养殖专业合作社 律师事务所 商行 家庭农场 电子商务商行 会计师事务所
    """
)

RELATIVES = _words(
    """
    省 市 市 市 县 县 县 区 区 区 州
    """
)

BODIES = _words(
    """
    财政局 教育局 教育体育局 公安局 司法局 民政局 人力资源和社会保障局 人社局 自然资源局 自然资源和规划局
    生态环境局 住房和城乡建设局 住建局 交通运输局 水利局 水务局 农业农村局 商务局 文化和旅游局 文旅局
    文化广电和旅游局 卫生健康局 卫健局 卫生健康委员会 卫健委 退役军人事务局 应急管理局 审计局 市场监督管理局
    市场监管局 统计局 医疗保障局 医保局 信访局 林业局 林业和草原局 城市管理局 城管局 综合行政执法局 行政审批局
    政务服务中心 政务服务和大数据管理局 大数据中心 投资促进局 招商局 税务局 气象局 烟草专卖局 供电公司
    发展和改革委员会 发展和改革局 发改委 发改局 工业和信息化局 经信局 科学技术局 科技局 乡村振兴局 人民政府 政府
    政府办公室 人民法院 人民检察院 法院 检察院 人大常委会 人大 政协 纪委监委 纪委 委组织部 委宣传部 委统战部
    委政法委 委社会工作部 委办公室 委编办 委 委党校 总工会 妇联 妇女联合会 团委 残联 残疾人联合会 工商联 科协 文联
    红十字会 慈善总会 关工委 融媒体中心 疾控中心 疾病预防控制中心 妇幼保健院 人民医院 中医院 第一人民医院
    第二人民医院 中心医院 第一中学 第二中学 实验小学 实验中学 职业技术学校 特殊教育学校 第一幼儿园 图书馆学会
    消防救援大队 消防救援支队 公安局交警大队 公安局刑侦大队 交警支队 供销社 农技推广中心 农业技术推广中心
    公共就业服务中心 就业服务中心 公共资源交易中心 不动产登记中心 公积金管理中心 社会保险中心 招商服务中心
    企业服务中心 农商银行 农村商业银行 文化馆 档案馆 融资担保有限公司 城市建设投资集团有限公司 志愿者协会
    青年志愿者协会 商会 企业家协会 律师协会 仲裁委员会 新闻办 政府新闻办 河长办 防汛抗旱指挥部 粮食和物资储备局
    海事局 海关 邮政管理局 公路养护中心 疾控局 数据局 地震局 水文中心 机关事务服务中心
    """
)

TOWN_BODIES = _words(
    """
    党委 党工委 人民政府 办事处 政府 人大 综治中心 党群服务中心 便民服务中心 综合便民服务中心 中心卫生院 卫生院
    社区卫生服务中心 派出所 司法所 财政所 市场监管所 中心小学 中心幼儿园 中学 中心学校 综合行政执法队 综合执法队
    农业服务中心 农业综合服务中心 文化站 综合文化站 退役军人服务站 人民调解委员会 平安办 党政办 经济发展办 文旅办
    应急办 社会事务办 团委 妇联 纪委 武装部 商会 敬老院 养老服务中心 新时代文明实践所 志愿服务队 人民法庭 社工站
    乡村振兴办 总工会
    """
)

VILLAGE_BODIES = _words(
    """
    党支部 党委 党总支 村委会 居委会 经济合作社 股份经济合作社 党群服务中心 便民服务站 卫生室 新时代文明实践站
    农民专业合作社 种植专业合作社 养殖专业合作社 小学 幼儿园 调解委员会 志愿服务队 文化礼堂理事会 老年协会
    """
)

ROAD_NAMES = _words(
    """
    人民 建设 解放 中山 新华 和平 胜利 文化 迎宾 滨河 滨江 环城 工业 学院 长江 黄河 朝阳 光明 幸福 团结 友谊 振兴
    创业 科技
    """
)

ROADS = _words(
    """
    路 路 路 大道 街 大街 东路 西路 南路 北路 中路 巷 胡同 高速 高速公路 大桥 隧道 铁路 高铁 快速路
    """
)

SITE_KINDS = _words(
    """
    公园 广场 湿地公园 森林公园 水库 工业园 工业园区 产业园 科技园 经济开发区 高新区 高新技术产业开发区 小区 新村
    花园 家园 景区 风景区 古镇 古城 古街 老街 农贸市场 批发市场 商业街 码头 机场 站 火车站 汽车站 高铁站 南站 东站
    体育中心 体育馆 博物馆 文化馆 文化中心 大剧院 物流园 农业园 示范园 生态园 自然保护区 水电站 灌区 泵站 林场 茶场
    渔港 港 口岸 国际机场 国际会展中心 遗址 故居 纪念馆 烈士陵园 寺 塔 河 湖 江 山 溪 岛 湾 峡谷 大峡谷 瀑布 草原
    沟
    """
)

NATURE = _words(
    """
    山 河 江 湖 岭 溪 水库 峡 峰 岛 湾
    """
)

SCHOOLS = _words(
    """
    大学 师范学院 职业技术学院 中学 第一中学 第三中学 小学 实验小学 中心小学 第二小学 幼儿园 职业中专 学院 附属小学
    外国语学校 高级中学 农业大学 理工大学
    """
)

HOSPITALS = _words(
    """
    人民医院 中医院 第一人民医院 妇幼保健院 中心医院 第二人民医院 中心卫生院 卫生院 儿童医院 中西医结合医院
    大学附属医院 疾病预防控制中心
    """
)

MEDIA = _words(
    """
    日报 晚报 日报社 电视台 广播电视台 融媒体中心 新闻网 发布 传媒集团
    """
)

TEAMS = _words(
    """
    志愿服务队 调解工作室 义务消防队 艺术团 蓝天救援队 巡逻队 工作室 篮球队
    """
)

TITLES = _words(
    """
    书记 党支部书记 党委书记 党工委书记 副书记 主任 副主任 局长 副局长 镇长 副镇长 乡长 区长 县长 市长 副市长 队长
    院长 校长 所长 站长 科长 处长 会长 秘书长 总经理 董事长 负责人 相关负责人 工作人员 民警 网格员 调解员 村民 居民
    种植户 养殖户 志愿者 社工 护士 医生 教师 技术员 记者 党员 老人 业主 商户 农户 工程师 教授 研究员
    """
)

ABROAD = _words(
    """
    美国 德国 法国 英国 日本 韩国 俄罗斯 越南 泰国 印度 巴西 墨西哥 南非 埃及 意大利 西班牙 波兰 荷兰 澳大利亚
    新西兰 加拿大 马来西亚 新加坡 印度尼西亚 菲律宾 哈萨克斯坦 沙特 阿联酋 土耳其 肯尼亚 尼日利亚 欧洲 东南亚 非洲
    中东 中亚 北美
    """
)

TEMPLATES = """
{TOWN}{TITLE}{PER}介绍,今年以来,街道已开展各类活动{N}场次
“现在办事方便多了。”家住{VIL}的{PER}说
{PER}是{VIL}的{TITLE},种了{N}亩果树
近日,记者来到{CHAIN}{VIL}采访
近日,{CHAINV}一派丰收景象
{ORG}{TITLE}{PER}表示,将进一步优化营商环境
{ORG}联合{ORG}、{ORG}开展专项检查
据{ORG}统计,全市共完成投资{N}亿元
{CO}负责人{PER}说,订单同比增长{N}%
在{CO}的生产车间里,工人们正加紧生产
{TOWN}、{TOWN}、{TOWN}等乡镇先后启动改造
{VIL}、{VIL}、{VIL}{N}户居民受益
{DIV}推进“一件事”改革,群众满意度达{N}%
{DIV}一般公共预算收入{N}亿元,居全省前列
{ROAD}与{ROAD}交叉口的改造工程完工
位于{ROAD}的{SITE}正式开放
{SITE}二期项目开工,总投资{N}亿元
从{DIV}到{DIV},车程缩短至{N}分钟
{ORG}、{ORG}组织志愿者{N}人走进社区
本报讯(记者 {PER} 通讯员 {PER})
(记者 {PER} 通讯员 {PER} {PER})
通讯员 {PER} 记者 {PER}
来源:{ORG}
{TBODY}{TITLE}{PER}带队走访企业{N}家
{TBODY}牵头,派出所、司法所、社区多方联动
{VBODY}书记{PER}告诉记者
“{PER},你家的水管修好了吗?”{TITLE}{PER}问
在{ORG}的支持下,{VIL}建起{N}座大棚
{DIV}{TITLE}{PER}出席会议并讲话
{PER}、{PER}、{PER}等参加调研
会议由{ORG}{TITLE}{PER}主持
全市{N}家规模以上企业实现产值{N}亿元
街道相关负责人表示,派出所和医院已完成对接
辖区内学校、医院、公司全部纳入服务范围
近年来,该县坚持产业兴村,村集体收入突破{N}万元
{CHAIN}地处{NAT}脚下
{NAT}流经{DIV}、{DIV}
{DIV}境内的{SITE}日均接待游客{N}人次
{STEM}{SITE}迎来客流高峰
{STEM}大力发展电商产业
走进{STEM},处处生机勃勃
{STEM}的优势在哪里?
{STEM}、{STEM}、{STEM}三地签订合作协议
品质{STEM}建设成效明显
{ORG}:今年将新增学位{N}个
{CO}、{CO}等企业落户{SITE}
毕业于{SCH}的{PER}回到家乡创业
{SCH}与{CO}共建实验室
{SCH}校长{PER}介绍
{HOSP}接诊患者{N}人次
{HOSP}{TITLE}{PER}带队下乡义诊
{MEDIA}记者{PER}
{MEDIA}、{ORG}联合主办
由{ORG}主办、{TBODY}承办的活动在{SITE}举行
{TEAM}{TITLE}{PER}第一时间赶到现场
“{PER}工作室”共化解纠纷{N}起
今年,{TOWN}完成固定资产投资{N}亿元,同比增长{N}%
去年,{CO}出口额达{N}万美元
产品远销{FOR}、{FOR}等{N}个国家和地区
{FOR}客商{N}人到{DIV}考察
{TOWN}下辖{N}个村、{N}个社区
{VIL}位于{TOWN}东部
{CHAIN}纪念活动在{SITE}举行
省、市、县三级联动,各乡镇、街道抓好落实
市委、市政府高度重视
{REL}、{REL}、{REL}按职责分工负责
{REL}牵头,各乡镇人民政府、街道办事处配合
{REL}{TITLE}{PER}介绍
记者从{REL}获悉
{REL}印发通知,要求各有关单位加强值守
责任单位:{REL}、{REL}、{TBODY}
目前,{SITE}已入驻企业{N}家,带动就业{N}人
{PER}(右)在{VIL}指导农户管理果园
图为{TOWN}{VIL}的茶园。{PER} 摄
{ORG}党组书记、局长{PER}
编辑:{PER} 审核:{PER}
{TOWN}{VIL}{N}岁的{PER}老人
项目选址在{TOWN}{VIL},占地{N}亩
""".strip().split("\n")

SUFFIX = re.compile(r"(?:特别行政区|[一-鿿]族自治[区州县旗]|自治[区州县旗]|街道|地区|林区|新区|[省市县区镇乡盟旗州])$")


class Composer:
    """Invents names and sentences of local news.

    Args:
        divisions: Table of code, name, level, parent (tab-separated, gzip).
        chance: The only source of randomness.
    """

    def __init__(self, divisions: Path, chance: random.Random) -> None:
        self.chance = chance
        self.names: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.levels: dict[str, list[str]] = defaultdict(list)
        self.level_of: dict[str, str] = {}
        with gzip.open(divisions, "rt", encoding="utf-8") as lines:
            next(lines)
            for line in lines:
                code, name, level, parent = line.rstrip("\n").split("\t")
                self._add(code, name.replace("街道办事处", "街道"), level, parent)
        self.stems: dict[str, str] = {}
        for level in ("county", "city", "province", "township"):
            for code in self.levels[level]:
                self.stems.setdefault(stem(self.names[code]), level)
        self._forms: dict[str, tuple[Callable[[], str], str]] = {
            "TOWN": (lambda: self.division("township"), "LOC"),
            "VIL": (self.village, "LOC"),
            "CHAIN": (self.chain, "LOC"),
            "CHAINV": (lambda: self.chain("township") + self.village(), "LOC"),
            "DIV": (lambda: self.division(self._level((1, 3, 6, 0))), "LOC"),
            "STEM": (self.short, "LOC"),
            "ROAD": (self.road, "LOC"),
            "SITE": (self.site, "LOC"),
            "NAT": (lambda: self.stub() + self.one(NATURE), "LOC"),
            "FOR": (lambda: self.one(ABROAD), "LOC"),
            "PER": (self.person, "PER"),
            "ORG": (self.body, "ORG"),
            "CO": (self.company, "ORG"),
            "TBODY": (self.town_body, "ORG"),
            "VBODY": (lambda: self.village() + self.one(VILLAGE_BODIES), "ORG"),
            "SCH": (lambda: self._placed(0.6) + self.one(SCHOOLS), "ORG"),
            "HOSP": (lambda: self._placed(0.5) + self.one(HOSPITALS), "ORG"),
            "MEDIA": (lambda: self._placed(0.7) + self.one(MEDIA), "ORG"),
            "TEAM": (lambda: self.stub() + self.one(TEAMS), "ORG"),
            "REL": (lambda: self.one(RELATIVES) + self.one(BODIES), "ORG"),
        }

    def _add(self, code: str, name: str, level: str, parent: str) -> None:
        self.parents[code] = parent
        unnamed = name in {"市辖区", "县"} or "直辖县级" in name or len(name) < 2
        self.names[code] = "" if unnamed else name
        if unnamed or (level == "township" and not re.search("(?:镇|乡|街道)$", name)):
            return
        self.levels[level].append(code)
        self.level_of.setdefault(name, level)

    def one(self, choices: Sequence[str]) -> str:
        """Any of the choices."""
        return choices[int(self.chance.random() * len(choices))]

    def _level(self, weights: Sequence[int]) -> str:
        return self.chance.choices(("province", "city", "county", "township"), weights)[0]

    def _some(self, characters: str, least: int, most: int) -> str:
        return "".join(self.one(characters) for _ in range(self.chance.randint(least, most)))

    def _placed(self, short: float) -> str:
        return self.short() if self.chance.random() < short else self.division(self._level((1, 4, 8, 6)))

    def division(self, level: str) -> str:
        """A division's full name."""
        return self.names[self.one(self.levels[level])]

    def short(self) -> str:
        """A division without its suffix."""
        return stem(self.division(self._level((2, 5, 8, 2))))

    def chain(self, lowest: str | None = None) -> str:
        """Divisions from a higher one down: 浙江省义乌市北苑街道, 浙江义乌北苑街道."""
        code = self.one(self.levels[lowest or self._level((0, 1, 4, 5))])
        line: list[str] = []
        while code:
            line = [self.names[code], *line] if self.names.get(code) else line
            code = self.parents.get(code, "")
        line = line[-self.chance.randint(min(2, len(line)), len(line)) :]
        style = self.chance.random()
        if style < 0.35:
            line[:-1] = [stem(name) for name in line[:-1]]
        elif style < 0.5:
            line = [stem(name) for name in line]
        return "".join(line)

    def person(self) -> str:
        """A person's name; now and then spaced as newspapers do with two characters."""
        style = self.chance.random()
        if style < 0.03:
            return self.one(DOUBLE_SURNAMES) + self._some(GIVEN, 1, 2)
        if style < 0.05:
            return f"{self.one(SURNAMES)} {self.one(GIVEN)}"
        return self.one(SURNAMES) + self._some(GIVEN, 1, 1 if style < 0.28 else 2)

    def stub(self) -> str:
        """The first part of a village's, road's or site's name."""
        style = self.chance.random()
        if style < 0.35:
            return stem(self.division("township"))
        if style < 0.5:
            return self.one(SURNAMES) + self.one("家庄村店湾坪坝沟河寨屯集")
        return self._some(VILLAGE, 2, 3 if style < 0.7 else 2)

    def village(self) -> str:
        """A village or a residents' community."""
        return self.stub() + self.one(("村", "村", "村", "社区", "社区", "社区", "新村", "嘎查"))

    def road(self) -> str:
        """A road, bridge or railway."""
        return (self.stub() if self.chance.random() < 0.6 else self.one(ROAD_NAMES)) + self.one(ROADS)

    def site(self) -> str:
        """A site, sometimes with its division."""
        place = self._placed(0.7) if self.chance.random() < 0.4 else ""
        return place + self.stub() + self.one(SITE_KINDS)

    def company(self) -> str:
        """A company with place, brand, trade and form."""
        style = self.chance.random()
        place = "" if style < 0.2 else self.chain("county") if style > 0.85 else self._placed(0.5)
        brand = self._some(BRAND, 2, 3 if self.chance.random() < 0.25 else 2)
        if style > 0.93:
            return place + brand + self.one(FIRMS)
        if self.chance.random() < 0.15:
            return brand + self.one(("公司", "集团"))
        return place + brand + self.one(TRADES) + self.one(COMPANIES)

    def body(self) -> str:
        """A body of a named division."""
        kind, style = self.one(BODIES), self.chance.random()
        level = self._level((1, 3, 6, 0))
        if style < 0.75:
            return (self.division(level) if style < 0.6 else self.chain("county")) + kind
        return stem(self.division(level)) + ("县" if kind.startswith("委") else "") + kind

    def town_body(self) -> str:
        """A body of a town or subdistrict, named or relative."""
        style = self.chance.random()
        place = self.division("township") if style < 0.55 else self.chain("township") if style < 0.65 else ""
        return (place or self.one(("街道", "镇", "镇", "乡"))) + self.one(TOWN_BODIES)

    def sentence(self) -> tuple[str, Spans]:
        """A sentence from a template, with its spans."""
        text, spans = "", Spans()
        for part in re.split(r"(\{\w+\})", self.one(TEMPLATES)):
            form = part[1:-1]
            if part[:1] != "{":
                text += part
            elif form == "N":
                text += self.one((str(self.chance.randint(1, 9999)), f"{self.chance.random() * 100:.2f}", "三", "十"))
            elif form == "TITLE":
                text += self.one(TITLES)
            else:
                name, label = self._forms[form][0](), self._forms[form][1]
                # 义乌市 + 望道社区 is a chain.
                joined = form in {"VIL", "SITE"} and spans and spans[-1][1:] == (len(text), "LOC")
                start = spans.pop()[0] if joined else len(text)
                text += name
                spans.append((start, len(text), label))
        return text + ("。" if text[-1] not in "。)" and self.chance.random() < 0.8 else ""), spans

    def exchange(self, text: str, spans: Spans) -> tuple[str, Spans]:
        """Give most names of a sentence another of the same form; a name keeps its substitute."""
        known: dict[str, str] = {}
        out, found, at = "", Spans(), 0
        for start, end, label in sorted(spans):
            name = text[start:end]
            if name not in known:
                known[name] = self._like(name, label) if self.chance.random() < 0.8 else name
            out += text[at:start]
            found.append((len(out), len(out) + len(known[name]), label))
            out, at = out + known[name], end
        return out + text[at:], found

    def _like(self, name: str, label: str) -> str:
        if label == "PER":
            plain = name.replace(" ", "")
            return self.person() if len(plain) in (2, 3) and plain[0] in SURNAMES else name
        if label == "ORG" and name.endswith("公司") and len(name) > 5:
            return self.company()
        if label == "LOC" and (simple := self._like_place(name)):
            return simple
        place = self._place_before(name)
        return self._other(place) + name[len(place) :] if place else name

    def _like_place(self, name: str) -> str:
        if name in self.level_of or (name in self.stems and len(name) < 4):
            return self._other(name)
        for suffix in ("社区", "村"):
            if name.endswith(suffix) and len(name) < 6:
                return self.stub() + suffix
        if re.fullmatch("..?(?:街道|镇)", name):
            return self.division("township")
        return self.road() if re.fullmatch("..?.?路", name) else ""

    def _place_before(self, name: str) -> str:
        for length in range(min(8, len(name) - 1), 1, -1):
            head = name[:length]
            if head in self.level_of or self.stems.get(head, "township") != "township":
                return head
        return ""

    def _other(self, place: str) -> str:
        level = self.level_of.get(place)
        return self.division(level) if level else stem(self.division(self.stems[place]))

    def gazetteer(self, places: Path) -> model.Gazetteer:
        """Names for the tagger: divisions above townships, townships, their stems, places of THUOCL."""
        bits: dict[str, int] = defaultdict(int)
        for level, codes in self.levels.items():
            for name in (self.names[code] for code in codes):
                bits[name] |= 2 if level == "township" else 1
                if stem(name) != name:
                    bits[stem(name)] |= 4 if level == "township" else 1
        with gzip.open(places, "rt", encoding="utf-8") as lines:
            for line in lines:
                bits[line.split("\t")[0].strip()] |= 8
        return model.Gazetteer.build(bits)


def stem(name: str) -> str:
    """A division's name without its suffix, if two characters stay: 北苑街道 → 北苑, 忠县 → 忠县."""
    match = SUFFIX.search(name)
    if not match:
        return name
    short = name[: match.start()]
    if "自治" in match.group():
        short = re.sub(r"(?:[一-鿿]{1,3}族)+$", "", short)
    return short if len(short) > 1 else name


# ---------------------------------------------------------------------------------------------- sources


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Cut a text roughly into sentences, each with its start."""
    for match in SENTENCE.finditer(text):
        if match.group().strip():
            yield match.start(), match.group()


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """Read JSON Lines, gzip or plain, or one document (``.json``)."""
    if path.suffix == ".json":
        yield json.loads(path.read_text(encoding="utf-8"))
        return
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_gold(path: Path) -> dict[str, list[tuple[str, Spans]]]:
    """Sentences of each gold document as the tagger sees them: without layout breaks, folded."""
    documents = {}
    for document in lines_of(path):
        found = []
        for sentence in document["sentences"]:
            first, text = sentence["start"], document["text"]
            # Where each code point of the document stands in the surface.
            kept = re.sub(r"[^\S\n]*\n\s*", lambda m: "\0" * len(m.group()), text[first : sentence["end"]])
            index = np.cumsum([0, *(character != "\0" for character in kept)])
            spans = [
                (int(index[e["start"] - first]), int(index[e["end"] - first]), e["label"])
                for e in document["entities"]
                if e["sentence"] == sentence["id"]
            ]
            found.append((kept.replace("\0", "").translate(FOLDED), spans))
        documents[document["id"]] = found
    return documents


def read_as_is(path: Path) -> Iterator[tuple[str, Spans]]:
    """Sentences of a public set (``text``, ``entities``) with its own spans."""
    for record in lines_of(path):
        for start, text in sentences(record["text"].translate(FOLDED)):
            end = start + len(text)
            inside = [span for span in record["entities"] if span[2] and start <= span[0] and span[1] <= end]
            yield text, [(first - start, last - start, label) for first, last, label, *_ in inside]


def read_public(path: Path, source: str, known: Callable[[str], bool]) -> list[Example]:
    """Relabelled sentences of a public set."""
    found = []
    rows = [(text, theirs) for text, theirs in read_as_is(path) if len(text) <= 300]
    usual = usual_names(rows)
    for text, theirs in rows:
        spans, mask = relabel(text, theirs, source, known)
        for start, end in forgotten(text, theirs, usual):
            mask[start:end] = b"\1" * (end - start)
        found.append((text, encode(len(text), spans, mask)))
    return found


def read_teacher(path: Path) -> list[Example]:
    """Sentences that ``train_teacher.py`` has labelled; characters that it is unsure of are unknown."""
    found = []
    for record in lines_of(path):
        text = record["text"]
        mask = bytearray(len(text))
        for index in record["unsure"]:
            mask[index] = 1
        found.append((text, encode(len(text), [(a, b, x) for a, b, x in record["entities"]], mask)))
    return found


def fresh_sentences(paths: Sequence[Path], avoid: Sequence[Path], longest: int) -> list[str]:
    """Sentences of raw news, each once, shuffled.

    Args:
        paths: JSON Lines with ``paragraphs`` or ``text``.
        avoid: Gold files; sentences that share fourteen characters with them are left out.
        longest: In characters; the shortest has eight.
    """
    known = {
        text[i : i + 14]
        for path in avoid
        for record in lines_of(path)
        for text in [re.sub(r"\s*\n\s*", "", record["text"]).translate(FOLDED)]
        for i in range(len(text) - 13)
    }
    texts = {
        text.strip()
        for path in paths
        for record in lines_of(path)
        for paragraph in record.get("paragraphs") or record["text"].split("\n")
        for _, text in sentences(paragraph.translate(FOLDED))
        if 8 <= len(text.strip()) <= longest
    }
    chosen = sorted(texts)
    random.Random(1).shuffle(chosen)
    return [text for text in chosen if not any(text[i : i + 14] in known for i in range(len(text) - 13))]


# ---------------------------------------------------------------------------------------------- network


class Net(nn.Module):
    """The network of ``tagger.Network``, with dropout and the sources' embeddings.

    Args:
        alphabet: How many characters have a row of their own.
        hidden: Width.
    """

    def __init__(self, alphabet: int, hidden: int) -> None:
        super().__init__()
        self.missing = 0.25
        self.characters = nn.Embedding(alphabet + 1, CHARACTERS)
        self.ngrams = nn.Embedding(NGRAM_ROWS, NGRAMS)
        nn.init.normal_(self.characters.weight, 0, 0.3)
        nn.init.normal_(self.ngrams.weight, 0, 0.05)
        self.dense = nn.Linear(CHARACTERS + NGRAMS * len(model._NGRAMS) + 3 * model._CLASSES, hidden)
        self.domains = nn.Embedding(max(DOMAINS.values()) + 1, hidden)
        nn.init.zeros_(self.domains.weight)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(hidden, hidden, 3, padding=width, dilation=width) for width in model.DILATIONS
        )
        self.output = nn.Linear(hidden, len(model.TAGS))

    def forward(self, inputs: Inputs, domains: Tensor) -> Tensor:
        """Scores of the tags for each character of a stream."""
        scores: Tensor = self.output(self.states(inputs, domains))
        return scores

    def states(self, inputs: Inputs, domains: Tensor, whole: Tensor | None = None) -> Tensor:
        """What the last convolution gives for each character; ``whole`` is 0 for n-grams to be left out."""
        rows, ngrams, matches, text = inputs
        characters, pieces = self.characters(rows), self.ngrams(ngrams)
        if whole is not None:
            pieces = pieces * whole
        if self.training:
            # Whole n-grams and whole gazetteer matches go missing, as those of unseen names do.
            pieces = pieces * (torch.rand(*pieces.shape[:2], 1) > self.missing) / (1 - self.missing)
            characters = functional.dropout(characters, 0.1)
            matches = matches * (torch.rand(len(matches), 1) > 0.15) / 0.85
        wide = torch.cat([characters, pieces.permute(1, 0, 2).flatten(1), matches], 1)
        hidden = functional.relu(self.dense(wide) + self.domains(domains)) * text
        hidden = functional.dropout(hidden, 0.15, self.training)
        for convolution in self.convolutions:
            change = functional.relu(convolution(hidden.t()[None])[0].t())
            hidden = (hidden + functional.dropout(change, 0.15, self.training)) * text
        return hidden


def optimizer_of(net: Net, whole: nn.Module, steps: int, rate: float) -> tuple[Any, Any]:
    """AdamW without decay of the tables, its rate rising for a hundred steps and falling to nothing.

    Args:
        net: The network.
        whole: A module that holds it, and what else is to be trained.
        steps: How many there will be.
        rate: The highest.
    """
    tables = [net.characters.weight, net.ngrams.weight]
    others = [p for p in whole.parameters() if all(p is not table for table in tables)]
    groups = [{"params": tables, "weight_decay": 0.0}, {"params": others, "weight_decay": 0.01}]
    optimizer = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 100) * max(0.0, 1 - step / steps) ** 0.9
    )
    return optimizer, schedule


# Of the weights in a run's second half the later count more.
MEAN = torch.optim.swa_utils.get_ema_multi_avg_fn(0.95)


class Trainer:
    """Trains, scores and exports.

    Args:
        gazetteer: Known names.
        alphabet: Code points with rows of their own.
        hidden: Width of the network.
    """

    def __init__(self, gazetteer: model.Gazetteer, alphabet: model.Codes, hidden: int) -> None:
        self.gazetteer, self.alphabet = gazetteer, alphabet
        self._rows = np.zeros(1 << 16, np.int64)
        self._rows[alphabet] = np.arange(1, len(alphabet) + 1)
        self.net = Net(len(alphabet), hidden)

    def inputs(self, texts: Sequence[str]) -> tuple[list[int], Inputs]:
        """Features of texts laid into one stream, and where each text begins."""
        stream, starts = model.stream_of(texts)
        return starts, self.read(stream)

    def read(self, stream: model.Codes) -> Inputs:
        """Features of a stream."""
        features = model.extract(stream, self.gazetteer)
        codes = np.where(features.codes < 1 << 16, features.codes, 0)
        ngrams = (features.ngrams & np.uint32(NGRAM_ROWS - 1)).astype(np.int64)
        text = (stream != 0).astype(np.float32)[:, None]
        return tuple(map(torch.from_numpy, (self._rows[codes], ngrams, features.matches, text)))  # type: ignore[return-value]

    def fit(self, draw: Callable[[], tuple[str, Any, int]], steps: int, rate: float) -> None:
        """Train on what ``draw`` gives: text, tags, source."""
        optimizer, schedule = optimizer_of(self.net, self.net, steps, rate)
        loss_seen, began = 0.0, time.process_time()
        average = torch.optim.swa_utils.AveragedModel(self.net, multi_avg_fn=MEAN)
        for step in range(steps):
            batch, size = [], 0
            while size < BATCH:
                batch.append(draw())
                size += len(batch[-1][0])
            starts, inputs = self.inputs([text for text, _, _ in batch])
            tags = torch.full((len(inputs[0]),), UNKNOWN)
            domains = torch.zeros(len(inputs[0]), dtype=torch.long)
            for start, (text, wanted, domain) in zip(starts, batch, strict=True):
                tags[start : start + len(text)] = torch.from_numpy(wanted)
                domains[start : start + len(text)] = domain
            loss = functional.cross_entropy(self.net(inputs, domains), tags, ignore_index=UNKNOWN)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
            optimizer.step()
            schedule.step()
            if step >= steps // 2 and step % 10 == 9:
                average.update_parameters(self.net)
            loss_seen += (loss.item() - loss_seen) / min(step + 1, 100)
            if step % 100 == 99:
                print(f"step {step + 1} loss {loss_seen:.4f} {time.process_time() - began:.0f} s", flush=True)
        self.net.load_state_dict(average.module.state_dict())

    def export(self, folder: Path, calibration: Sequence[float]) -> None:
        """Write ``tagger.npz`` and ``model.toml``."""
        weights = {name: value.detach().numpy() for name, value in self.net.state_dict().items()}
        arrays: dict[str, Any] = {"alphabet": self.alphabet, "calibration": np.array(calibration, np.float32)}
        arrays["gazetteer.keys"], arrays["gazetteer.classes"] = self.gazetteer.arrays
        for table in ("characters", "ngrams"):
            values = weights[f"{table}.weight"]
            scale = np.maximum(np.abs(values).max(0), 1e-8) / 127
            arrays[table], arrays[f"{table}.scale"] = np.round(values / scale).astype(np.int8), scale.astype(np.float32)
        arrays["dense.weight"] = weights["dense.weight"].T
        arrays["dense.bias"] = weights["dense.bias"] + weights["domains.weight"][0]
        for index, width in enumerate(model.DILATIONS):
            arrays[f"conv{width}.weight"] = weights[f"convolutions.{index}.weight"].transpose(2, 1, 0)
            arrays[f"conv{width}.bias"] = weights[f"convolutions.{index}.bias"]
        arrays["output.weight"], arrays["output.bias"] = weights["output.weight"].T, weights["output.bias"]
        halves = {n: v.astype(np.float16) if re.match("dense|conv|output", n) else v for n, v in arrays.items()}
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(folder / "tagger.npz", **{name: np.ascontiguousarray(value) for name, value in halves.items()})
        digest = hashlib.sha256((folder / "tagger.npz").read_bytes()).hexdigest()
        card = {"version": VERSION, "contract": model.CONTRACT, "labels": list(model.LABELS), "sha256": digest}
        lines = [f"{key} = {json.dumps(value)}\n" for key, value in card.items()]
        (folder / "model.toml").write_text("".join(lines), encoding="utf-8")


VERSION = "2"


def score(tagger: model.Tagger, gold: Sequence[tuple[str, Spans]]) -> str:
    """Precision, recall and F1 over exact spans, of all labels and of each."""
    counts: Counter[str] = Counter()
    for (_, spans), found in zip(gold, tagger.tag([text for text, _ in gold]), strict=True):
        ours, theirs = {entity[:3] for entity in found}, set(map(tuple, spans))
        for kind, group in (("hit", ours & theirs), ("ours", ours), ("gold", theirs)):
            for *_, label in group:
                counts[kind + label] += 1
                counts[kind + "all"] += 1
    return " ".join(
        f"{label} P {counts['hit' + label] / max(1, counts['ours' + label]):.3f}"
        f" R {counts['hit' + label] / max(1, counts['gold' + label]):.3f}"
        f" F {2 * counts['hit' + label] / max(1, counts['ours' + label] + counts['gold' + label]):.3f};"
        for label in ("all", *model.LABELS)
    )


def calibrate(tagger: model.Tagger, gold: Sequence[tuple[str, Spans]]) -> tuple[float, float, float]:
    """Calibrate confidences on documents that training did not see.

    Args:
        tagger: With the calibration ``(1, 0, 0)``.
        gold: Held-out sentences.

    Returns:
        Weight and bias of the logistic regression of being right on the log odds of a span's least sure
        character (Platt 1999), and the confidence below which leaving spans out raises F1.
    """
    odds, right = [], []
    for (_, spans), found in zip(gold, tagger.tag([text for text, _ in gold]), strict=True):
        for start, end, label, confidence in found:
            odds.append(float(np.log(confidence / (1 - confidence))))
            right.append(float((start, end, label) in set(map(tuple, spans))))
    y, weights = np.array(right), np.array([1.0, 0.0])
    design = np.stack([np.array(odds), np.ones(len(odds))], 1)
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ weights))
        hessian = design.T @ (design * (p * (1 - p))[:, None]) + 1e-3 * np.eye(2)
        weights += np.linalg.solve(hessian, design.T @ (y - p))
    p = 1 / (1 + np.exp(-design @ weights))
    total = sum(len(spans) for _, spans in gold)
    floors = [step / 20 for step in range(13)]
    return (*weights.tolist(), max(floors, key=lambda floor: y[p >= floor].sum() / (sum(p >= floor) + total)))


def make_draw(
    pools: dict[str, list[Example]], gold: list[tuple[str, Spans]], composer: Composer, given: dict[str, float]
) -> Callable[[], Any]:
    """A function that draws one example by the sources' shares."""
    sources = [name for name in given if name in {"gold", "exchanged", "composed"} or pools.get(name)]
    shares = [given[name] for name in sources]

    def draw() -> tuple[str, Any, int]:
        source = composer.chance.choices(sources, shares)[0]
        if source in pools:
            text, tags = composer.chance.choice(pools[source])
            return text, tags, DOMAINS[source]
        text, spans = composer.sentence() if source == "composed" else composer.chance.choice(gold)
        if source == "exchanged":
            text, spans = composer.exchange(text, spans)
        return text, encode(len(text), spans), DOMAINS[source]

    return draw


def alphabet_of(texts: Sequence[str]) -> model.Codes:
    """Characters that stand in the texts four times or more, folded."""
    counts = Counter("".join(texts))
    codes = [ord(c) for c, n in counts.items() if n > 3 and 0 < ord(c) < 1 << 16]
    return np.unique(model._fold(np.array([*codes, ord("0"), ord("a")], np.uint32)))


def pretrained(path: Path, gazetteer: model.Gazetteer, hidden: int) -> Trainer:
    """A trainer that begins with the weights that ``pretrain_tagger.py`` wrote."""
    saved = torch.load(path, weights_only=True)
    trainer = Trainer(gazetteer, saved.pop("alphabet").numpy().astype(np.uint32), hidden)
    trainer.net.load_state_dict(saved, strict=False)
    return trainer


def options_of() -> argparse.Namespace:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("ner", "divisions", "places", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--often", type=Path, nargs="*", default=[], help="gold that counts threefold, never held out")
    parser.add_argument("--pretrained", type=Path, help="what pretrain_tagger.py wrote")
    parser.add_argument("--teacher", type=Path, help="what train_teacher.py wrote")
    parser.add_argument("--dev", type=Path, nargs="*", default=[], help="gold files to score on, never trained on")
    parser.add_argument("--test", type=Path, nargs="*", default=[], help="public sets to score on, by their own spans")
    parser.add_argument("--as-is", action="store_true", help="learn the public sets' own guidelines")
    parser.add_argument("--shares", nargs="*", default=[], help="gold=0.4 msra=0.1 …: of the sources, in place of ours")
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--hidden", type=int, default=192)
    parser.add_argument("--fold", type=int, default=-1, help="0…4 holds a fifth of the gold documents out")
    parser.add_argument("--part", type=float, default=1.0, help="of the gold documents that are not held out")
    parser.add_argument("--held", type=Path, help="write the held-out documents' ids here")
    parser.add_argument("--calibration", type=float, nargs=3, default=(1.0, 0.0, 0.0), help="weight, bias, floor")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def read_pools(options: argparse.Namespace, known: Callable[[str], bool]) -> dict[str, list[Example]]:
    """Sentences of all sources but the gold, by source."""
    sets = {name: options.ner / f"{file}.jsonl.gz" for name, file in PUBLIC.items()}
    if options.as_is:
        return {
            name: [(text, encode(len(text), spans)) for text, spans in read_as_is(path)] for name, path in sets.items()
        }
    pools = {name: read_public(path, name, known) for name, path in sets.items()}
    if options.teacher:
        pools["teacher"] = read_teacher(options.teacher)
    return pools


def main() -> None:
    """Train, score, export."""
    options = options_of()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    composer = Composer(options.divisions, random.Random(options.seed))
    documents = {name: found for path in options.gold for name, found in read_gold(path).items()}
    order = sorted(documents)
    random.Random(7).shuffle(order)
    held = set(order[options.fold :: 5]) if options.fold >= 0 else set()
    learnt = [name for name in order if name not in held]
    gold = [sentence for name in learnt[: round(options.part * len(learnt))] for sentence in documents[name]]
    gold += 3 * [sentence for path in options.often for found in read_gold(path).values() for sentence in found]
    if options.held:
        options.held.write_text("".join(f"{name}\n" for name in sorted(held)), encoding="utf-8")
    pools = read_pools(options, {*composer.stems, *composer.level_of}.__contains__)
    print({"gold": len(gold), **{name: len(pool) for name, pool in pools.items()}}, flush=True)
    gazetteer = composer.gazetteer(options.places)
    if options.pretrained:
        trainer = pretrained(options.pretrained, gazetteer, options.hidden)
    else:
        texts = [text for pool in pools.values() for text, _ in pool] + [text for text, _ in gold] * 3
        trainer = Trainer(gazetteer, alphabet_of([*texts, *composer.level_of]), options.hidden)
    given = {name: float(share) for name, share in (pair.split("=") for pair in options.shares)} or SHARES
    trainer.fit(make_draw(pools, gold, composer, given), options.steps, options.rate)
    trainer.export(options.out, options.calibration)
    report(model.Tagger.load(options.out), options, [sentence for name in held for sentence in documents[name]])


def report(tagger: model.Tagger, options: argparse.Namespace, fold: list[tuple[str, Spans]]) -> None:
    """Print the scores on what training did not see, and the calibration."""
    for path in options.dev:
        print(path.name, score(tagger, [sentence for name in read_gold(path).values() for sentence in name]))
    for path in options.test:
        print(path.name, score(tagger, list(read_as_is(path))))
    if fold:
        print("held out:", score(tagger, fold), "calibration:", *calibrate(tagger, fold))


PUBLIC = {"msra": "msra-train", "boson": "boson"}

if __name__ == "__main__":
    main()
