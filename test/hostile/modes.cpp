#include "test/hostile/modes.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

namespace had::test::hostile {
namespace {

using Json = nlohmann::json;

constexpr std::size_t longest_request = 262144; // doc/protocol.md
// Many requests in one write, whose answers are read afterwards, or never.
constexpr int at_once = 500;

std::string request(const char* verb, const Json& args = Json::object()) {
    return Json{{"id", 1}, {"verb", verb}, {"args", args}}.dump() + '\n';
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string all;
    all.reserve(text.size() * times);
    for (std::size_t n = 0; n < times; ++n)
        all += text;
    return all;
}

const std::string& object_of(const Aim& aim) {
    return aim.objects[(aim.round + static_cast<std::uint64_t>(aim.number)) % aim.objects.size()];
}

std::string plan_of(const std::string& text) {
    return request("plan", {{"text", text}});
}

// --- What takes long to read --------------------------------------------------------------------

// Each domain of 12,000 slots; `apart`: none is in two of them.
std::string many_domains(int count, bool apart) {
    constexpr int ranges = 12, slots = 1000;
    std::string text;
    for (int domain = 0; domain < count; ++domain) {
        text += "[domain d" + std::to_string(domain) + "]\nslots =";
        for (int range = 0; range < ranges; ++range) {
            const int first = (apart ? domain * 100000 : 0) + range * slots;
            text += ' ' + std::to_string(first) + '-' + std::to_string(first + slots - 1);
        }
        text += '\n';
    }
    return text;
}

std::string many_sections(const char* name, int count) {
    std::string text;
    for (int n = 0; n < count; ++n)
        text += '[' + std::string(name) + std::to_string(n) + "]\n";
    return text;
}

std::string many_bonds(int count) {
    std::string text = "[had]\n", devices = "[devices]\n";
    for (int n = 0; n < count; ++n) {
        const std::string i = std::to_string(n);
        text +=
            "[bond b" + i + "]\naddress = 10.0.0.1/24\n[config c" + i + "]\nbond = b" + i + '\n';
        devices += i + " = c" + i + '\n';
    }
    return text + devices;
}

// As large as a request may be, or nearly.
void text(Client& client, const Aim& aim) {
    static const std::vector<std::string> lines = {plan_of(many_domains(100, true)),
                                                   plan_of(many_domains(8, false)),
                                                   plan_of(many_sections("slot ", 19000)),
                                                   plan_of(many_sections("s", 25000)),
                                                   plan_of(many_bonds(2500)),
                                                   plan_of(repeated("=\n", 80000))};
    client.ask(lines[(aim.round + static_cast<std::uint64_t>(aim.number)) % lines.size()]);
}

void keys(Client& client, const Aim& aim) {
    const bool beside = aim.round % 2 == 0;
    std::string line = R"({"id":1,"verb":"status",)" + std::string(beside ? "" : R"("args":{)");
    for (int n = 0; line.size() + 20 < longest_request; ++n)
        line += "\"k" + std::to_string(n) + "\":1,";
    line.back() = '}';
    client.ask(line + (beside ? "\n" : "}\n"));
}

void verb(Client& client, const Aim&) {
    static const std::string line = request(std::string(longest_request - 100, 'a').c_str());
    client.ask(line);
}

// Would have root open them: one never ends, the other never begins.
void path(Client& client, const Aim& aim) {
    const std::string fifo = "/tmp/chassis-hostile." + std::to_string(aim.number);
    ::mkfifo(fifo.c_str(), 0666);
    client.ask(plan_of("[had]\npcidrivers = " + (aim.round % 2 == 0 ? fifo : "/dev/zero") + '\n'));
}

void junk(Client& client, const Aim&) {
    static const std::vector<std::string> lines = {
        std::string(longest_request - 1, '[') + '\n',
        std::string(at_once, '\n'),
        repeated("{\"id\":-1}\n", at_once),
        repeated("\xff\xfe\n", at_once),
        repeated(R"({"id":1,"verb":"status","args":{"x":1}})"
                 "\n",
                 at_once),
        repeated(R"({"id":1,"verb":"reload"})"
                 "\n",
                 at_once)};
    for (const std::string& line : lines) {
        const auto requests = static_cast<int>(std::count(line.begin(), line.end(), '\n'));
        if (!client.send(line, requests) || !client.read_answers(requests)) return;
    }
}

// --- What is cheap, often -----------------------------------------------------------------------

void status(Client& client, const Aim&) {
    static const std::string line = request("status");
    client.ask(line);
}

void explain(Client& client, const Aim& aim) {
    client.ask(request("explain", {{"object", object_of(aim)}}));
}

void link(Client& client, const Aim& aim) {
    client.ask(request("link", {{"interface", object_of(aim)}}));
}

void plan(Client& client, const Aim&) {
    static const std::string line = request("plan");
    client.ask(line);
}

// All that is kept of the past, again and again.
void resume(Client& client, const Aim&) {
    client.ask(
        request("subscribe", {{"instance", client.instance()}, {"seq", 0}, {"changes", true}}));
}

void flood(Client& client, const Aim&) {
    static const std::string lines = repeated(request("status"), at_once);
    if (client.send(lines, at_once)) client.read_answers(at_once);
}

void come_and_go(Client& client, const Aim&) {
    client.close();
}

// --- What holds a place, or memory --------------------------------------------------------------

void half(Client& client, const Aim&) {
    if (client.send(R"({"id":1,"verb":"status")", 0)) client.wait_for_end();
}

void drip(Client& client, const Aim&) {
    if (!client.send(R"({"id":1,"verb":"plan","args":{"text":")", 0)) return;
    while (client.send("x", 0)) {
    }
}

// Every answer is a large one, and so is what is missed.
void unread(Client& client, const Aim& aim) {
    resume(client, aim);
    static const std::string line = plan_of(many_domains(8, false)) + request("status");
    while (client.connected() && client.send(line, 2)) {
    }
}

// --- The control --------------------------------------------------------------------------------

void burn(Client&, const Aim&) {
    for (int n = 0; n < 1000000; ++n)
        asm volatile("");
}

} // namespace

std::span<const Mode> modes() {
    static const Mode all[] = {
        {"status", "asks for the status", status},
        {"explain", "asks why an object is as it is", explain},
        {"plan", "asks for the plan of the running file", plan},
        {"text", "asks for the plan of texts that are long to read: domains, slots, sections",
         text},
        {"path", "asks for the plan of a text that names a FIFO, or /dev/zero, to be read", path},
        {"link", "has the card asked for its link", link},
        {"resume", "subscribes, and wants the whole history each time", resume},
        {"connect", "connects, reads the first line, and goes", come_and_go},
        {"half", "sends half a request, and waits", half},
        {"drip", "sends a request that never ends, one byte at a time", drip},
        {"keys", "sends objects of many keys", keys},
        {"verb", "sends a verb of 262,000 letters", verb},
        {"junk", "sends what is no request: brackets, empty lines, no UTF-8, no permission", junk},
        {"flood", "sends 500 requests before it reads an answer", flood},
        {"unread", "subscribes, asks for long answers, and reads none", unread},
        {"burn", "only computes: what the processor's time alone does; no part of 'all'", burn,
         true},
    };
    return all;
}

} // namespace had::test::hostile
