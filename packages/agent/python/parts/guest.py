# Code of other clients, run while the program is stopped.
def guest(request):
    place = guest_names
    place["result"] = ""
    exec(request["code"], place)
    return place.pop("result")
