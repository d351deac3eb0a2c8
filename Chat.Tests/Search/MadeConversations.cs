namespace Chat.Tests.Search;

/// <summary>
/// What people might have said in Korean, Japanese, Chinese, English, and several of them at once; the same in every run. The words are everyday ones, put
/// together as each language does: with particles and endings, with blanks or without.
/// </summary>
internal static class MadeConversations
{
    private static readonly string[] KoreanNouns = Words(
        "학교 회사 회의 점심 저녁 커피 서울 부산 지하철 버스 친구 가족 선생님 학생 영화 음악 노래 책 컴퓨터 전화 메시지 사진 여행 날씨 비 눈 바다 산 강아지 고양이 프로젝트 일정 보고서 데이터베이스 서버 채팅방 공지사항 비밀번호 주문 배송 결제 환불");

    private static readonly string[] KoreanParticles = Words("은 는 이 가 을 를 에 에서 으로 와 과 도 만 부터 까지");
    private static readonly string[] KoreanVerbs = Words("갑니다 먹었어요 봤어요 좋아해요 기다려요 시작했습니다 끝났어요 확인해주세요 보냈습니다 찾고있어요 만나요 모르겠어요 ㅋㅋㅋ ㅠㅠ 감사합니다 괜찮아요");

    private static readonly string[] JapaneseNouns = Words(
        "東京 京都 大阪 東京都 会議 会社 学校 学生 先生 電車 地下鉄 天気 雨 雪 海 山 犬 猫 本 音楽 映画 写真 料理 寿司 ラーメン コーヒー ビール パソコン サーバー データベース メッセージ パスワード プロジェクト スケジュール ホテル 旅行 日本語 新宿駅 人々 時々");

    private static readonly string[] JapaneseParticles = Words("は が を に で と も から まで の へ");
    private static readonly string[] JapaneseVerbs = Words("行きます 食べました 見ました 好きです 待っています 始まりました 終わった 確認してください 送りました 探しています 会いましょう わかりません ありがとう 大丈夫です");

    private static readonly string[] ChineseSubjects = Words("我 你 他 我们 大家 老师 同学 经理 客户 朋友");
    private static readonly string[] ChineseVerbs = Words("喜欢 去 看 吃 买 等 找 发送 确认 开始 完成 忘记 知道 需要 讨论 修改");

    private static readonly string[] ChineseNouns = Words(
        "北京 上海 南京市 长江大桥 火车站 地铁 学校 大学 会议 报告 项目 数据库 服务器 消息 密码 照片 电影 音乐 咖啡 牛奶 面包 水果 苹果 香蕉 天气 下雨 人民 共和国 中华人民共和国 银行 医院 图书馆 办公室 计划 问题 答案");

    private static readonly string[] English = Words(
        "meeting report server database message password picture movie music coffee lunch dinner train station school teacher student weather rain snow mountain river project schedule budget invoice payment refund delivery order customer manager friend family birthday holiday ticket hotel flight deploy release version branch commit review test bug feature cluster backup restore Monday Friday tomorrow yesterday o'clock e-mail");

    private static readonly string[] Brands = Words("iPhone Kubernetes Docker GitHub PostgreSQL MySQL STOMP Redis v2 API");
    private static readonly string[] Pictures = Words("😀 👍🏽 ❤️ 🎉 🙏 👩‍💻 🇰🇷 🇯🇵");

    /// <summary>Said with letters of the other width, as keyboards of East Asia give them.</summary>
    public static IReadOnlyList<string> OfOtherWidths { get; } =
    [
        "ｻｰﾊﾞｰが止まりました", "ﾃﾞｰﾀﾍﾞｰｽのﾊﾟｽﾜｰﾄﾞを送りました", "新宿駅のﾎﾃﾙでｺｰﾋｰ", "ＭｙＳＱＬ８のサーバー", "ｉＰｈｏｎｅ１５를 샀어요", "ＡＰＩ ｖ２ ｄｅｐｌｏｙ ﾃｽﾄ", "서버 ＫＵＢＥＲＮＥＴＥＳ", "ｍｅｅｔｉｎｇ は 15日 ﾃﾞｽ",
    ];

    /// <summary>The i-th thing said.</summary>
    public static string Text(int i)
    {
        var dice = new Dice(i);
        return (i % 5) switch
        {
            0 => Korean(dice),
            1 => Japanese(dice),
            2 => Chinese(dice),
            3 => string.Join(' ', Enumerable.Range(0, 3 + dice.Roll(6)).Select(_ => dice.Pick(English))) + dice.Pick(Words(". ! ? ...")),
            _ => Mixed(dice),
        };
    }

    /// <summary>At least 200 things to look for, of each language alike.</summary>
    public static IReadOnlyList<string> Queries()
    {
        var queries = new HashSet<string>(StringComparer.Ordinal);
        // Two to six characters out of the middle of what was said; words' beginnings; and what people type on purpose.
        for (var i = 0; i < 60; i++)
        {
            queries.Add(Piece(Text(i * 5 * 67), i));
            queries.Add(Piece(Text((i * 5 * 67) + 1), i));
            queries.Add(Piece(Text((i * 5 * 67) + 2), i));
            queries.Add(English[i % English.Length][..Math.Min(English[i % English.Length].Length, 2 + (i % 5))]);
        }
        queries.UnionWith(Words("東京都 京都 東京 人々 人民共和国 中华人民 南京市长江 大桥 데이터베이스 데이터 ㅋㅋ 비밀번호를 채팅방에서 サーバー コーヒ タベース 雨 猫 비 눈 我们去 去 👍 👍🏽 ❤️ 🎉🙏 🇰🇷 👩‍💻"));
        queries.UnionWith([
            "iphone", "IPHONE15", "iPhone15를", "kuber", "postgres", "v2", "docker で", "github 프로젝트", "server 서버", "meet 会議", "API를", "mysql数据库", "database データベース",
            "lunch coffee", "coffee lunch", "report project rev", "o'clock", "e-mail", "e mail", "STOMP", "redis 缓存", "3월", "15日", "2026年", "100%", "nothing-like-this", "없는말없는말", "存在しない言葉",
            "ｻｰﾊﾞ", "データベースのパ", "ﾀﾍﾞ", "ﾊﾟｽﾜｰﾄﾞ", "ホテルでコー", "ｍｙｓｑｌ", "ＭＥＥＴ", "iphone１５를", "ｋｕｂｅ", "デス", "ＡＰＩ v2", "ﾎﾃﾙ", "ＤＥＰＬＯＹ テスト",
        ]);
        queries.RemoveWhere(query => !query.Any(c => char.IsLetterOrDigit(c) || char.IsSurrogate(c) || c == '❤'));
        return [.. queries.Order(StringComparer.Ordinal)];
    }

    private static string Korean(Dice dice) => string.Join(
        ' ', Enumerable.Range(0, 1 + dice.Roll(4)).Select(_ => dice.Pick(KoreanNouns) + dice.Pick(KoreanParticles)).Append(dice.Pick(KoreanVerbs)));

    private static string Japanese(Dice dice) => string.Concat(
        Enumerable.Range(0, 1 + dice.Roll(4)).Select(_ => dice.Pick(JapaneseNouns) + dice.Pick(JapaneseParticles) + (dice.Roll(5) == 0 ? "、" : ""))) + dice.Pick(JapaneseVerbs) + "。";

    private static string Chinese(Dice dice) => string.Concat(
        Enumerable.Range(0, 1 + dice.Roll(3)).Select(_ => dice.Pick(ChineseSubjects) + dice.Pick(ChineseVerbs) + dice.Pick(ChineseNouns) + dice.Pick(Words("， 。 的 和"))));

    private static string Mixed(Dice dice) => dice.Roll(5) switch
    {
        0 => $"{dice.Pick(Brands)}{1 + dice.Roll(20)}{dice.Pick(KoreanParticles)} {dice.Pick(KoreanNouns)}{dice.Pick(KoreanParticles)} {dice.Pick(KoreanVerbs)} {dice.Pick(Pictures)}",
        1 => $"{dice.Pick(Brands)}で{dice.Pick(JapaneseNouns)}を{dice.Pick(JapaneseVerbs)}{dice.Pick(Pictures)}{dice.Pick(Pictures)}",
        2 => $"{1 + dice.Roll(12)}월 {1 + dice.Roll(28)}일 {dice.Pick(KoreanNouns)} ({dice.Pick(English)})",
        3 => $"{2020 + dice.Roll(8)}年{1 + dice.Roll(12)}月{1 + dice.Roll(28)}日 {dice.Pick(ChineseSubjects)}{dice.Pick(ChineseVerbs)}{dice.Pick(Brands)}{dice.Pick(ChineseNouns)}",
        _ => $"{dice.Pick(English)}/{dice.Pick(English)} {dice.Pick(Brands)}: {dice.Pick(JapaneseNouns)}、{dice.Pick(ChineseNouns)} {dice.Roll(200)}%",
    };

    private static string Piece(string text, int i)
    {
        var length = 2 + (i % 5);
        var start = i * 7 % Math.Max(1, text.Length - length);
        return text[start..Math.Min(text.Length, start + length)].Trim();
    }

    private static string[] Words(string words) => words.Split(' ');

    /// <summary>Numbers that depend on nothing but their seed.</summary>
    private sealed class Dice(int seed)
    {
        private ulong _state = ((ulong)seed * 0x9E3779B97F4A7C15) + 1;

        public int Roll(int sides)
        {
            // SplitMix64 (Steele, Lea and Flood, 2014).
            _state += 0x9E3779B97F4A7C15;
            var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return (int)((mixed ^ (mixed >> 31)) % (ulong)sides);
        }

        public string Pick(string[] of) => of[Roll(of.Length)];
    }
}
