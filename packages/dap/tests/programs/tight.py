print("ready")
while True:
    pass
