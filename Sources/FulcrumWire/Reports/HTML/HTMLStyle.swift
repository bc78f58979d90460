/// The style sheet of the HTML report. Gain and loss are blue and orange, which the common kinds of
/// colour blindness tell apart, and stand beside a sign always. Text is at least 4.5 : 1 on its
/// ground in both themes (its test computes it); no character needs escaping in XML.
enum HTMLStyle {
  static let sheet = light + dark + page + tables + pictures + paper

  private static let light = """
    :root{color-scheme:light dark;--bg:#f6f6f3;--card:#fff;--ink:#19222d;--quiet:#525d6b;\
    --line:#d5d9de;--grid:#e9ebee;--today:#a8206f;--expiry:#00708c;--now:#19222d;--long:#0b5f9e;\
    --short:#a84a00;--warn:#8a5a00;--crit:#a8261c;--tint:#fbe9e2;--soon:#fdf3dc;--safe:#e7eef0;\
    --p1:#e6eff7;--p2:#cfe1f1;--p3:#b3d0e9;--p4:#94bde0;\
    --n1:#fcefe4;--n2:#f9ddc7;--n3:#f4c7a3;--n4:#eeae7e}
    """

  private static let darkColours = """
    --bg:#10141a;--card:#181e26;--ink:#e8ebef;--quiet:#a3adb9;--line:#37414d;--grid:#262e38;\
    --today:#f284c4;--expiry:#5cc8e4;--now:#e8ebef;--long:#7db8ea;--short:#f0a668;\
    --warn:#e2b455;--crit:#ff9183;--tint:#3a211d;--soon:#33290f;--safe:#222c33;\
    --p1:#18293a;--p2:#1b3750;--p3:#1f4668;--p4:#235680;\
    --n1:#33241a;--n2:#4a301d;--n3:#633c1f;--n4:#7c4920
    """

  private static let dark =
    "@media (prefers-color-scheme:dark){:root:not([data-theme=light]){\(darkColours)}}"
    + ":root[data-theme=dark]{color-scheme:dark;\(darkColours)}"
    + ":root[data-theme=light]{color-scheme:light}"

  private static let page = """
    *{box-sizing:border-box}
    body{margin:0;background:var(--bg);color:var(--ink);\
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;\
    font-variant-numeric:tabular-nums lining-nums}
    .wrap{max-width:1200px;margin:0 auto;padding:28px 24px 64px}
    header{display:flex;flex-wrap:wrap;gap:8px 24px;align-items:baseline;\
    border-bottom:2px solid var(--ink);padding-bottom:14px;margin-bottom:20px}
    h1{font-size:25px;line-height:1.2;margin:0;font-weight:650;letter-spacing:-.01em}
    h2{font-size:19px;margin:40px 0 12px;font-weight:650;letter-spacing:-.005em}
    h3{font-size:17px;margin:0;font-weight:650;overflow-wrap:anywhere}
    h4{font-size:13.5px;margin:0 0 6px;font-weight:600}
    p{margin:0 0 10px;max-width:78ch}
    a{color:inherit;text-decoration-color:var(--quiet);text-underline-offset:2px}
    .q{color:var(--quiet)}
    .s{font-size:13px}
    .asof{color:var(--quiet);flex:1 1 260px}
    .tools{display:flex;gap:8px;flex-wrap:wrap}
    .tools label,.tools button{font:inherit;font-size:13px;padding:4px 12px;border-radius:6px;\
    border:1px solid var(--line);background:var(--card);color:var(--ink);cursor:pointer}
    .hid{position:absolute;opacity:0;pointer-events:none}
    .in-usd{display:none}
    #usd:checked~.wrap .in-usd{display:inline}
    #usd:checked~.wrap .in-own{display:none}
    #own:checked~.wrap label[for=own],#usd:checked~.wrap label[for=usd]{\
    background:var(--ink);color:var(--card);border-color:var(--ink)}
    #own:focus-visible~.wrap label[for=own],#usd:focus-visible~.wrap label[for=usd]{\
    outline:2px solid var(--expiry);outline-offset:2px}
    .card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px}
    .pair{display:grid;grid-template-columns:1fr 1fr;gap:16px}
    .big{font-size:44px;line-height:1.1;font-weight:650;letter-spacing:-.02em;margin:2px 0 4px}
    .pair p{margin:0}
    .verdict{font-size:17px;margin:18px 0 4px;max-width:none}
    .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(110px,1fr));gap:14px 12px;\
    margin:14px 0 18px}
    .facts dt{color:var(--quiet);font-size:12.5px}
    .facts dd{margin:0;font-size:15.5px;font-weight:600;white-space:nowrap}
    .facts dd small{display:block;white-space:normal;font-size:12.5px;font-weight:400;\
    color:var(--quiet)}
    .pool{margin-bottom:22px;scroll-margin-top:12px}
    .head{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline}
    .chip{font-size:12.5px;border:1px solid var(--line);border-radius:12px;padding:1px 10px;\
    color:var(--quiet)}
    .chip.warning{color:var(--warn);border-color:currentColor}
    .chip.critical{color:var(--crit);border-color:currentColor;font-weight:600}
    .long{color:var(--long)}.short{color:var(--short)}
    details summary{cursor:pointer;color:var(--quiet);font-size:13px;padding:6px 0}
    .notes{font-size:13px;padding-left:22px}
    .sign{display:grid;grid-template-columns:repeat(3,1fr);gap:28px;margin-top:44px}
    .sign div{border-top:1px solid var(--ink);padding-top:6px;font-size:13px;color:var(--quiet)}
    code{font-size:.92em;overflow-wrap:anywhere}
    """

  private static let tables = """
    .scroll{overflow-x:auto;max-width:100%;border:1px solid var(--line);border-radius:10px;\
    background:var(--card)}
    .pool .scroll{border-radius:6px}
    table{border-collapse:collapse;width:100%;font-size:13px}
    th,td{padding:7px 8px;text-align:right;white-space:nowrap;vertical-align:baseline}
    th:first-child,td:first-child{text-align:left}
    td.l,th.l{text-align:left}
    thead th{white-space:normal;font-weight:600;border-bottom:1px solid var(--ink);\
    vertical-align:bottom;\
    line-height:1.35}
    thead small,td small{font-weight:400;color:var(--quiet);font-size:12px}
    thead small{display:block}
    td small,tbody th small{display:block;font-weight:400}
    th.c,.mx thead th.c{text-align:center}
    tbody tr+tr td,tbody tr+tr th{border-top:1px solid var(--grid)}
    tbody th{font-weight:600;text-align:left}
    .stick td:first-child,.stick th:first-child{position:sticky;left:0;background:var(--card);\
    min-width:118px;max-width:210px;white-space:normal;overflow-wrap:anywhere}
    .pools th,.pools td{padding-left:5px;padding-right:5px}
    .pools td small,.pools tbody th small{font-size:11.5px}
    .na{color:var(--quiet);cursor:help}
    sup a{text-decoration:none;font-size:10.5px;padding-left:1px;color:var(--quiet)}
    .lev{font-weight:650}
    .warning{color:var(--warn)}.critical{color:var(--crit)}
    .mx td{text-align:center;padding:4px 8px;border:1px solid var(--card)}
    .mx td b{font-weight:600}
    .mx .na,.mx sup a{color:inherit}
    .mx td small,.mx tbody th small{display:inline;color:inherit;margin-left:4px}
    .mx th{padding:4px 10px}
    .mx tr.cur td{border-top:2px solid var(--ink);border-bottom:2px solid var(--ink)}
    .mx td.worst{outline:2.5px solid var(--crit);outline-offset:-3px}
    .p1{background:var(--p1)}.p2{background:var(--p2)}.p3{background:var(--p3)}\
    .p4{background:var(--p4)}.n1{background:var(--n1)}.n2{background:var(--n2)}\
    .n3{background:var(--n3)}.n4{background:var(--n4)}
    """

  private static let pictures = """
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(310px,1fr));gap:22px 20px;\
    margin:18px 0 12px}
    figure{margin:0;min-width:0}
    .wide{grid-column:span 2}
    figcaption{font-size:12.5px;color:var(--quiet);margin-top:4px;max-width:60ch}
    svg{display:block;width:100%;height:auto;overflow:visible}
    svg.ruler{height:auto}
    svg text.t{font-size:11.5px;fill:var(--ink);stroke:none}
    svg.ruler text.t{font-size:12px}
    svg text.q{fill:var(--quiet)}
    svg text.b{font-weight:600}
    svg text.halo{paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round}
    .grid{stroke:var(--grid);stroke-width:1}
    .axis{stroke:var(--quiet);stroke-width:1}
    .zero{stroke:var(--quiet);stroke-width:1.2}
    .now{stroke:var(--now);stroke-width:1;stroke-dasharray:1.5 3}
    svg.ruler .now{stroke-width:2.5;stroke-dasharray:none}
    .c1{fill:none;stroke:var(--today);stroke-width:2.2;stroke-linejoin:round}
    .c2{fill:none;stroke:var(--expiry);stroke-width:2;stroke-dasharray:6 3.5;stroke-linejoin:round}
    .dot{fill:var(--today);stroke:var(--card);stroke-width:1.5}
    .be{fill:var(--card);stroke:var(--ink);stroke-width:1.4}
    .cap{fill:none;stroke:var(--crit);stroke-width:4}
    rect.liq{fill:url(#hatch);stroke:none}
    rect.safe{fill:var(--safe)}rect.soon{fill:var(--soon)}
    .edge{stroke:var(--crit);stroke-width:2}
    .bust{stroke:var(--quiet);stroke-width:2;stroke-dasharray:3 2}
    circle.pool{fill-opacity:.55;stroke-width:1.5}
    circle.long{fill:var(--long);stroke:var(--long)}circle.short{fill:var(--short);\
    stroke:var(--short)}
    circle.neutral{fill:var(--quiet);stroke:var(--quiet)}
    .key{display:inline-block;width:22px;border-top:2.5px solid var(--today);vertical-align:middle;\
    margin:0 5px 2px 0}
    .key.e{border-top:2.5px dashed var(--expiry);margin-left:12px}
    """

  private static let paper = """
    @media (max-width:720px){.wrap{padding:18px 14px 48px}.pair{grid-template-columns:1fr}\
    .big{font-size:38px}.wide{grid-column:auto}.card{padding:14px 12px}\
    .sign{grid-template-columns:1fr}thead th{white-space:nowrap}.stick td:first-child,\
    .stick th:first-child{max-width:130px}}
    @media print{:root{--bg:#fff;--card:#fff}.tools,details{display:none}.wrap{max-width:none;\
    padding:0}body{font-size:11px}.pool{break-inside:avoid}.scroll{overflow:visible;border:0}\
    th,td{padding:3px 5px;font-size:9.5px}.charts{grid-template-columns:repeat(3,1fr)}\
    .stick td:first-child,.stick th:first-child{position:static}.sign{break-inside:avoid}}
    """

  /// The theme button; without it the page follows the system.
  static let script = """
    (function(){var b=document.getElementById('theme'),r=document.documentElement,\
    t=['auto','dark','light'],i=0;b.hidden=false;b.onclick=function(){i=(i+1)%3;\
    if(i){r.setAttribute('data-theme',t[i])}else{r.removeAttribute('data-theme')}\
    b.textContent='Theme: '+t[i]}})();
    """
}
