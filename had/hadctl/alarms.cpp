// The verbs about alarms.
#include "had/control/client.hpp"
#include "had/control/view_json.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/hadctl/understood.hpp"

namespace had::hadctl {

Exit alarms(const Options& options) {
    control::Client client(options.socket);
    const std::string answer = client.call("alarms");
    const auto list = understood(control::alarms_from_json(answer));
    print(options.json ? answer + "\n" : format_alarms(list, style().width));
    return list.empty() ? Exit::ok : Exit::degraded;
}

Exit ack(const Options& options) {
    control::Client client(options.socket);
    const std::string answer = client.call("alarm.ack", {{"id", options.alarm}});
    print(options.json ? answer + "\n" : options.alarm + ": noted\n");
    return Exit::ok;
}

} // namespace had::hadctl
