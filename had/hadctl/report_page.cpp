#include "had/hadctl/report_page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::hadctl {
namespace {

// The policy keeps the reader's machine from being asked for anything, whatever stood in the data.
constexpr std::string_view form = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{}</title>
<style>
{}</style>
</head>
<body>
<main id="picture"><pre>{}</pre></main>
<div id="rest"></div>
<dialog id="about"></dialog>
<script type="application/json" id="data">{}</script>
<script type="module">
{}showReport(JSON.parse(document.getElementById("data").textContent));
</script>
</body>
</html>
)";

std::string with(std::string_view text, std::string_view letters, std::string (*other)(char)) {
    std::string result;
    for (const char c : text) {
        if (letters.find(c) == std::string_view::npos) result += c;
        else result += other(c);
    }
    return result;
}

std::string as_text(std::string_view text) {
    return with(text, "&<>", [](char c) -> std::string { return c == '&' ? "&amp;" : c == '<' ? "&lt;" : "&gt;"; });
}

// The same JSON, in which no element of HTML can begin or end.
std::string as_data(std::string_view json) {
    return with(json, "<>&", [](char c) { return fmt::format("\\u{:04x}", static_cast<unsigned>(c)); });
}

} // namespace

// From /usr/bin the checkout's place would be below /etc, where anything may stand.
std::filesystem::path modules_beside(const std::filesystem::path& program) {
    std::error_code error;
    const auto installed = program / "../share/had/cockpit", checkout = program / "../../../etc/cockpit/had";
    const bool is_checkout = !std::filesystem::exists(installed / "report.js", error) &&
                             std::filesystem::exists(checkout / "report.js", error);
    return is_checkout ? checkout : installed;
}

const std::vector<std::string>& report_modules() {
    static const std::vector<std::string> names = {"tree.js",     "values.js",  "bars.js", "model.js", "front.js",
                                                   "timeline.js", "chassis.js", "page.js", "report.js"};
    return names;
}

std::string as_one_script(const std::vector<std::string>& modules) {
    std::string script;
    for (std::string_view rest : modules)
        while (!rest.empty()) {
            const std::size_t size = std::min(rest.find('\n'), rest.size());
            std::string_view line = rest.substr(0, size);
            rest.remove_prefix(std::min(rest.size(), size + 1));
            if (line.starts_with("import ")) continue;
            if (line.starts_with("export ")) line.remove_prefix(7);
            script += line;
            script += '\n';
        }
    return script;
}

std::string report_page(const ReportParts& parts) {
    return fmt::format(form, as_text(parts.title), parts.style, as_text(parts.text), as_data(parts.data), parts.script);
}

} // namespace had::hadctl
